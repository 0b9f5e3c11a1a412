import Ajv from 'ajv'
import fc from 'fast-check'
import schema from 'speedscope/dist/release/file-format-schema.json' with { type: 'json' }
import { describe, expect, it } from 'vitest'
import { exportSpeedscope } from '../../src/export/speedscope.ts'
import type { TraceStore } from '../../src/model.ts'
import { ODD_NAME, madeTrace, oddTrace, storeOf, textOf, wellFormed } from './export-traces.ts'

const NAME = wellFormed(ODD_NAME)

interface File {
  readonly shared: { readonly frames: readonly { name: string; file?: string; line?: number; col?: number }[] }
  readonly profiles: readonly {
    readonly name: string
    readonly startValue: number
    readonly endValue: number
    readonly events: readonly { type: 'O' | 'C'; frame: number; at: number }[]
  }[]
}

const isValid = new Ajv({ strict: false }).compile(schema)

/** Parsed, after speedscope's own schema and the rules that it checks beyond it. */
function speedscopeOf(store: TraceStore): File {
  const file = JSON.parse(textOf(exportSpeedscope(store))) as File
  expect(isValid(file), JSON.stringify(isValid.errors)).toBe(true)
  for (const { events, startValue, endValue } of file.profiles) {
    const stack: number[] = []
    let at = startValue
    for (const event of events) {
      expect(event.at).toBeGreaterThanOrEqual(at)
      at = event.at
      expect(file.shared.frames[event.frame]).toBeDefined()
      if (event.type === 'O') stack.push(event.frame)
      else expect(stack.pop()).toBe(event.frame)
    }
    expect(stack).toEqual([])
    expect(at).toBeLessThanOrEqual(endValue)
  }
  return file
}

describe('speedscope', () => {
  it('has a profile for each track with calls; suspended calls are closed meanwhile, open ones at the end', () => {
    const file = speedscopeOf(storeOf(oddTrace().trace))
    expect(file.profiles.map(({ name, startValue, endValue }) => [name, startValue, endValue])).toEqual([
      ['page "one"', 0, 2300],
      ['server', 1300, 1410],
    ])
    const names = file.profiles[0]?.events.map(({ type, frame, at }) => `${type} ${file.shared.frames[frame]?.name} ${at}`)
    expect(names).toEqual([
      'O main 0',
      `O ${NAME} 100`,
      `C ${NAME} 200`,
      'O load 300',
      'C load 310',
      'O numbers 400',
      'C numbers 410',
      'O numbers 420',
      'C numbers 430',
      'O fails 500',
      'C fails 520',
      'C main 1000',
      'O onTimer 1210',
      'C onTimer 1230',
      'O load 2000',
      'C load 2050',
      'O main 2200',
      'C main 2300',
    ])
  })

  it('shares frames between tracks, with the place in the source', () => {
    const { shared, profiles } = speedscopeOf(storeOf(oddTrace().trace))
    expect(shared.frames[0]).toEqual({ name: 'main', file: 'src/odd, "file".ts', line: 1, col: 1 })
    expect(profiles[1]?.events.map(({ frame }) => frame)).toEqual([0, 0])
  })

  it('nests whatever the program did, opens every call, and times it as it ran', () => {
    fc.assert(
      fc.property(madeTrace, ({ trace, calls }) => {
        fc.pre(calls.length > 0)
        const { events } = speedscopeOf(storeOf(trace)).profiles[0] as File['profiles'][number]
        const opened = events.filter(({ type }) => type === 'O').length
        expect(opened).toBeGreaterThanOrEqual(calls.length)
        const onStack = events.reduce((sum, { type, at }) => sum + (type === 'C' ? at : -at), 0)
        expect(onStack).toBe(calls.reduce((sum, { ranUs }) => sum + ranUs, 0))
      }),
    )
  })
})
