/** `hindscope export` in this process, over a trace file: what it writes, prints and refuses. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TraceBuilder } from '@hindscope/testkit'
import { runCli } from '../src/index.ts'
import type { Terminal } from '../src/index.ts'

const cwd = mkdtempSync(join(tmpdir(), 'hindscope-export-'))

function file(name: string, build: (trace: TraceBuilder) => void): void {
  const trace = new TraceBuilder()
  build(trace)
  writeFileSync(join(cwd, name), trace.bytes())
}

beforeAll(() => {
  file('two.hscope', trace => {
    for (const name of ['a', 'b']) {
      const realm = trace.realm(name)
      realm.at(10).returns(realm.at(5).enter('f'), 'f')
    }
    trace.realm('quiet').console('log', ['x'])
  })
  file('empty.hscope', trace => void trace.realm('nothing'))
})
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

interface Run {
  readonly exitCode: number
  readonly out: string
  readonly notes: string
}

async function run(...args: readonly string[]): Promise<Run> {
  let [out, notes] = ['', '']
  const terminal: Terminal = {
    cwd,
    env: {},
    isInteractive: false,
    print: text => (out += `${text}\n`),
    note: text => (notes += `${text}\n`),
    write: piece => {
      out += typeof piece === 'string' ? piece : Buffer.from(piece).toString('latin1')
      return Promise.resolve()
    },
  }
  const exitCode = await runCli(['export', ...args], terminal)
  return { exitCode, out, notes }
}

describe('export', () => {
  it('writes a trace file when no format is named', async () => {
    const { exitCode, out } = await run('two.hscope', '-o', 'again.hscope', '--json')
    const written = JSON.parse(out) as { file: string; bytes: number }
    expect(exitCode).toBe(0)
    expect(written).toMatchObject({ file: join(cwd, 'again.hscope'), bytes: readFileSync(join(cwd, 'again.hscope')).length, format: 'hscope' })
    expect((await run('again.hscope', '-o', '-', '--format', 'json')).out).toBe((await run('two.hscope', '-o', '-', '--format', 'json')).out)
  })

  it('writes nothing but the export to standard output', async () => {
    const { exitCode, out, notes } = await run('two.hscope', '--format', 'csv', '-o', '-')
    expect([exitCode, notes]).toEqual([0, ''])
    expect(out.split('\r\n')[0]).toMatch(/^event,track,seq,/)
    expect(out.trimEnd().split('\r\n')).toHaveLength(6)
    const json = await run('two.hscope', '--format', 'har', '-o', '-', '--json')
    expect(JSON.parse(json.out)).toMatchObject({ log: { version: '1.2' } })
    expect(JSON.parse(json.notes)).toMatchObject({ file: '-', format: 'har', bytes: Buffer.byteLength(json.out) })
  })

  it('writes a profile for each track with calls, or for the chosen one', async () => {
    const all = await run('two.hscope', '--format', 'cpuprofile', '-o', 'all.cpuprofile')
    expect(all.exitCode).toBe(0)
    expect(readdirSync(cwd).filter(name => name.startsWith('all.'))).toEqual(['all.0.cpuprofile', 'all.1.cpuprofile'])
    await run('two.hscope', '--format', 'cpuprofile', '--track', '1', '-o', 'one.cpuprofile')
    expect(readFileSync(join(cwd, 'one.cpuprofile'))).toEqual(readFileSync(join(cwd, 'all.1.cpuprofile')))
  })

  it('knows which spans are wanted', async () => {
    const spans = async (...flags: readonly string[]): Promise<unknown[]> => {
      const { out } = await run('two.hscope', '--format', 'otlp', '-o', '-', ...flags)
      const { resourceSpans } = JSON.parse(out) as { resourceSpans: { scopeSpans: { spans: unknown[] }[] }[] }
      return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(each => each.spans))
    }
    expect(await spans()).toHaveLength(2)
    expect(await spans('--kind', 'activities')).toHaveLength(0)
    expect(await spans('--kind', 'calls', '--track', '0')).toHaveLength(1)
  })

  it.each([
    [['two.hscope', '--format', 'perfeto'], 'cli-bad-option', 'Did you mean "perfetto"?'],
    [['two.hscope', '--format', 'har', '--track', 'x'], 'cli-bad-option', '--track does not accept "x"'],
    [['two.hscope', '--track', '0'], 'cli-bad-option', 'which holds whole sessions'],
    [['two.hscope', '--format', 'csv', '--kind', 'calls'], 'cli-bad-option', 'nothing but with format otlp'],
    [['two.hscope', '--format', 'otlp', '--kind', 'spans'], 'cli-bad-option', 'Allowed: calls, activities'],
    [['two.hscope', '--format', 'otlp', '--track', '9'], 'export-track-unknown', 'Its tracks are 0, 1, 2'],
    [['two.hscope', '--format', 'speedscope', '--track', '2'], 'export-no-calls', 'Tracks with calls: 0, 1'],
    [['empty.hscope', '--format', 'json'], 'export-empty', 'holds no events'],
  ] as const)('%j is refused with %s', async (args, code, text) => {
    const { exitCode, out, notes } = await run(...args, '-o', 'never')
    expect([exitCode, out]).toEqual([2, ''])
    expect(notes).toContain(`[hindscope:${code}]`)
    expect(notes).toContain(text)
    expect(existsSync(join(cwd, 'never'))).toBe(false)
    expect(existsSync(join(cwd, 'never.tmp'))).toBe(false)
  })

  it('needs one track for a profile on standard output', async () => {
    const { exitCode, notes } = await run('two.hscope', '--format', 'cpuprofile', '-o', '-', '--json')
    expect(exitCode).toBe(2)
    expect(JSON.parse(notes)).toMatchObject({ error: { code: 'export-one-track' } })
  })

  it('says where it cannot write', async () => {
    const { exitCode, notes } = await run('two.hscope', '--format', 'csv', '-o', 'no/such/folder.csv')
    expect(exitCode).toBe(1)
    expect(notes).toContain('[hindscope:cli-file-unwritable]')
  })

  it('is explained', async () => {
    const { out } = await run('--help')
    for (const format of ['hscope', 'perfetto', 'speedscope', 'cpuprofile', 'otlp', 'har', 'csv', 'json']) expect(out).toContain(format)
  })
})
