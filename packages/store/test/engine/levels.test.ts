/** What a trace says about levels: built in, at the end, changed by whom; and that silence after a change is not read as absence. */
import { describe, expect, it } from 'vitest'
import { HindscopeError } from '@hindscope/protocol'
import type { RealmBuilder } from '@hindscope/testkit'
import { engineOf } from '../shop-trace.ts'
import { fillManifest, statementTrace } from '../statement-trace.ts'

const PROBES = fillManifest.probes.length

const change = (page: RealmBuilder, site: number, further: number, level: number, by: string, reason?: string): RealmBuilder =>
  page.event({ kind: 'levelChange', site, link: further, extra: level, values: [reason === undefined ? { by } : { by, reason }] })

describe('levels', () => {
  it('are those built in as long as nothing changed', async () => {
    const { trace } = statementTrace()
    const { functions, total } = await engineOf(trace).levels({ session: trace.session })
    expect(total).toBe(2)
    expect(functions[0]).toMatchObject({ name: 'fill', location: { file: 'src/fill.ts', line: 1 }, calls: 1, counted: 0 })
    expect(functions[0]?.tracks).toEqual([{ track: 0, level: functions[0]?.built, changes: 0 }])
  })

  it('follow the last change, and tell its author, reason and place; probes within a run that stayed are no change', async () => {
    const { trace, page } = statementTrace()
    const fill = page.site('fill')
    change(page.at(200), fill, 0, 0, 'user')
    change(page.at(210), fill, PROBES - 1, 0, 'governor', 'too dear')
    // A run that claims more than its module has ends with it.
    change(page.at(220), fill + 1, 4_000_000_000, 2, 'user')
    page.event({ kind: 'metric', site: fill, values: [{ name: 'calls', value: 40, unit: 'calls' }] })
    const engine = engineOf(trace)
    const { functions } = await engine.levels({ session: trace.session })
    const rows = (await engine.events({ session: trace.session, kinds: ['levelChange'] })).rows
    expect(
      functions.map(({ name, tracks, counted }) => [name, tracks[0]?.level, tracks[0]?.changes, tracks[0]?.by, tracks[0]?.reason, counted]),
    ).toEqual([
      ['fill', 'off', 1, 'user', undefined, 40],
      ['bump', 'calls', 2, 'user', undefined, 0],
    ])
    expect(functions.map(({ tracks }) => tracks[0]?.ref)).toEqual([rows[0]?.ref, rows[2]?.ref])
    expect(rows.map(({ name, preview }) => name + preview)).toEqual([
      'fill → off by user',
      'fill → off by governor (too dear), with 1 more function',
      'bump → calls by user',
    ])
    expect((await engine.source({ session: trace.session, path: 'src/fill.ts' })).functions.map(({ level, changes }) => [level, changes])).toEqual([
      ['off', 1],
      ['calls', 2],
    ])
  })

  it('are found by file and function, and bad questions are refused', async () => {
    const { trace } = statementTrace()
    const engine = engineOf(trace)
    const { session } = trace
    expect((await engine.levels({ session, function: 'BUM' })).functions.map(({ name }) => name)).toEqual(['bump'])
    expect(await engine.levels({ session, file: 'elsewhere' })).toEqual({ functions: [], total: 0 })
    expect(await engine.levels({ session, limit: 1 })).toMatchObject({ functions: [{ name: 'fill' }], total: 2 })
    await expect(engine.levels({ session, limit: 0 })).rejects.toBeInstanceOf(HindscopeError)
    await expect(engine.levels({ session, file: 7 as unknown as string })).rejects.toBeInstanceOf(HindscopeError)
  })

  it('a line whose probes were lowered is not called unreached', async () => {
    const { trace, page } = statementTrace()
    const before = await engineOf(trace).source({ session: trace.session, path: 'src/fill.ts' })
    expect(before.unreached).toEqual([5])
    change(page.at(200), page.site('fill'), PROBES - 1, 2, 'user')
    expect((await engineOf(trace).source({ session: trace.session, path: 'src/fill.ts' })).unreached).toEqual([])
  })
})
