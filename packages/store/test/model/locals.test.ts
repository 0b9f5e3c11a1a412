/**
 * Locals against a model that keeps a real variable per call, and knows which call's variable a closure writes, which no record tells:
 *
 *   let shared
 *   function f(p) { let x; const set = v => { x = v }; const give = v => { p = v }; … }
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TraceBuilder, functionProbe, localsProbe, manifestOf, writeProbe } from '@hindscope/testkit'
import type { RealmBuilder } from '@hindscope/testkit'
import { createTraceModel } from '../../src/model.ts'
import { localsAt } from '../../src/model/locals.ts'
import type { Track } from '../../src/model/track.ts'

const [P, X, SHARED] = [0, 1, 2] as const
const manifest = manifestOf(
  'ab'.repeat(8),
  'src/f.ts',
  [
    functionProbe('f', { params: ['p'] }),
    functionProbe('set', { line: 10, parent: 0 }),
    writeProbe('x', 2, 0, X),
    writeProbe('shared', 3, 0, SHARED),
    localsProbe('return', 4, { p: P, x: X }, { parent: 0 }),
    writeProbe('x', 11, 1, X),
    writeProbe('p', 12, 1, P),
    writeProbe('shared', 13, 1, SHARED),
    { ...functionProbe('(module)', {}), functionKind: 'module' },
  ],
  undefined,
  [
    { name: 'p', kind: 'param', parent: 0 },
    { name: 'x', kind: 'lexical', parent: 0 },
    { name: 'shared', kind: 'lexical', parent: 8 },
  ],
)

type Values = Readonly<Record<string, number | undefined>>
interface Instance {
  readonly call: number
  values: Values
  /** Values after each row. */
  readonly history: Map<number, Values>
  readonly ownWrites: { row: number; name: string }[]
  readonly enterRow: number
}
type Op = { readonly kind: 'enter' | 'write' | 'shared' | 'closure' | 'closureShared' | 'return' | 'returnWithLocals' | 'seal'; readonly of: number }

const ops = fc.array(
  fc.record<Op>({
    kind: fc.constantFrom('enter', 'write', 'write', 'shared', 'closure', 'closure', 'closureShared', 'return', 'returnWithLocals', 'seal'),
    of: fc.nat(20),
  }),
  { maxLength: 40 },
)

class Model {
  readonly trace = new TraceBuilder()
  readonly realm: RealmBuilder = this.trace.realm('page').module(manifest)
  readonly instances: Instance[] = []
  private readonly stack: Instance[] = []
  private shared: number | undefined
  private rows = 0
  private next = 1

  apply({ kind, of }: Op): void {
    const top = this.stack.at(-1)
    const value = this.next++
    if (kind === 'enter') this.enter(value, top)
    else if (kind === 'seal') this.realm.seal()
    else if (kind === 'closure' || kind === 'closureShared') this.closure(kind, of, value, top)
    else if (top === undefined) return
    else if (kind === 'write') {
      this.realm.writes(top.call, 'x 2', value)
      top.ownWrites.push({ row: this.rows, name: 'x' })
      this.happened(top, { x: value })
    } else if (kind === 'shared') {
      this.realm.writes(top.call, 'shared 3', value)
      top.ownWrites.push({ row: this.rows, name: 'shared' })
      this.shared = value
      this.happened()
    } else {
      if (kind === 'returnWithLocals') {
        this.realm.locals(top.call, 'locals 4', [top.values['p'], top.values['x']])
        this.happened()
      }
      this.realm.returns(top.call, 'f')
      this.happened()
      this.stack.pop()
    }
  }

  private enter(value: number, top: Instance | undefined): void {
    const call = this.realm.enter('f', [value], top ? { parent: top.call } : {})
    const instance: Instance = { call, values: { p: value }, history: new Map(), ownWrites: [], enterRow: this.rows }
    this.instances.push(instance)
    this.stack.push(instance)
    this.happened()
  }

  private closure(kind: 'closure' | 'closureShared', of: number, value: number, top: Instance | undefined): void {
    const target = this.instances[of % Math.max(1, this.instances.length)]
    if (target === undefined) return
    const call = this.realm.enter('set', [], top ? { parent: top.call } : {})
    this.happened()
    const name = of % 3 === 0 ? 'p' : 'x'
    if (kind === 'closureShared') this.realm.writes(call, 'shared 13', (this.shared = value))
    else this.realm.writes(call, `${name} ${name === 'p' ? 12 : 11}`, value)
    this.happened(kind === 'closureShared' ? undefined : target, { [name]: value })
    this.realm.returns(call, 'set')
    this.happened()
  }

  private happened(changed?: Instance, values: Values = {}): void {
    if (changed) changed.values = { ...changed.values, ...values }
    for (const instance of this.instances) instance.history.set(this.rows, { ...instance.values, shared: this.shared })
    this.rows++
  }

  track(): Track {
    const [track] = createTraceModel(this.trace.chunks()).stores[0]?.tracks ?? []
    if (track === undefined) throw new TypeError('the trace is empty')
    return track
  }
}

const textOf = (value: number | undefined): string => (value === undefined ? 'undefined' : String(value))

describe('locals at a moment', () => {
  it('are true wherever they are certain, and there wherever the call told them', () => {
    fc.assert(
      fc.property(ops, steps => {
        const model = new Model()
        for (const step of [{ kind: 'enter', of: 0 } as const, ...steps]) model.apply(step)
        const track = model.track()
        for (const instance of model.instances) {
          for (const [row, truth] of instance.history) {
            if (row < instance.enterRow) continue
            const locals = localsAt(track, track.callIndex(instance.call), row)
            const names = locals.map(({ name }) => name)
            expect(new Set(names).size).toBe(names.length)
            for (const { name, value, certain } of locals) {
              if (certain) expect(`${name} ${'text' in value ? value.text : value.kind}`).toBe(`${name} ${textOf(truth[name])}`)
            }
            expect(names).toContain('p')
            for (const write of instance.ownWrites) if (write.row <= row) expect(names).toContain(write.name)
            const isAlone = model.instances.filter(other => other.enterRow <= row).length === 1
            if (isAlone) expect(locals.every(({ certain }) => certain)).toBe(true)
            if (isAlone && truth['x'] !== undefined) expect(names).toContain('x')
          }
        }
      }),
      { numRuns: 150 },
    )
  })

  it('prefer the nearest call of the function where a closure could have written several, and say that it is a guess', () => {
    const model = new Model()
    for (const kind of ['enter', 'write', 'enter', 'write'] as const) model.apply({ kind, of: 0 })
    model.apply({ kind: 'closure', of: 1 })
    const track = model.track()
    const [outer, inner] = model.instances
    const last = track.rows.length - 1
    const xOf = (call: number | undefined): unknown => {
      const local = localsAt(track, track.callIndex(call ?? 0), last).find(({ name }) => name === 'x')
      return [local?.value, local?.certain]
    }
    expect(xOf(inner?.call)).toEqual([{ kind: 'number', text: '5' }, false])
    expect(xOf(outer?.call)).toEqual([{ kind: 'number', text: '2' }, false])
  })

  it('are certain again once the call itself tells them', () => {
    const model = new Model()
    for (const kind of ['enter', 'enter', 'closure', 'write'] as const) model.apply({ kind, of: 1 })
    const track = model.track()
    const own = model.instances[1]?.call ?? 0
    expect(localsAt(track, track.callIndex(own), track.rows.length - 1).map(({ name, certain }) => [name, certain])).toEqual([
      ['p', true],
      ['x', true],
    ])
  })

  it('of a call without a manifest are its arguments by position', () => {
    const trace = new TraceBuilder()
    const realm = trace.realm('page')
    const call = realm.enter('f', [1, 2])
    realm.event({ kind: 'write', site: 5, call, values: [3] })
    const track = createTraceModel(trace.chunks()).stores[0]?.tracks[0]
    const locals = track && localsAt(track, track.callIndex(call), 1)
    expect(locals?.map(({ name, from }) => `${name} ${from}`)).toEqual(['argument 1 argument', 'argument 2 argument', 'probe 5 write'])
  })
})
