import * as valtio2 from 'valtio/vanilla'
import * as valtio1 from 'valtio1/vanilla'
import { afterEach, describe, expect, test } from 'vitest'
import { registerLibrary } from '../../src/adapters/library.ts'
import type { Observe } from '../../src/adapters/library.ts'
import type { RecorderHandle } from '../../src/index.ts'
import { valtioAdapter } from '../../src/libraries/valtio.ts'
import { compareMoments, mark, randomOf, record, release, statesOf } from './recorded-states.ts'

type Valtio = typeof valtio2
// SAFE: what the tests use is the same in both
const VERSIONS: readonly (readonly [string, Valtio])[] = [
  ['valtio 2', valtio2],
  ['valtio 1', valtio1 as unknown as Valtio],
]

const recorders: RecorderHandle[] = []
afterEach(() => recorders.splice(0).forEach(release))
function recording(valtio?: Valtio): { readonly recorder: RecorderHandle; readonly observe: Observe } {
  const recorder = record()
  recorders.push(recorder)
  const observe = registerLibrary(valtioAdapter, 'valtio')
  if (valtio !== undefined) hand(observe, valtio)
  return { recorder, observe }
}
function hand(observe: Observe, valtio: Valtio): void {
  observe(valtio.subscribe, 'subscribe')
  observe(valtio.getVersion, 'getVersion')
}

describe.each(VERSIONS)('%s', (_, valtio) => {
  /** Everything that the program can see; `observe` gives back what it gets. */
  async function program(observe: Observe): Promise<readonly unknown[]> {
    const { getVersion, proxy, ref, snapshot, subscribe } = valtio
    const log: unknown[] = []
    let getters = 0
    const state = observe(
      proxy({
        items: [] as { n: number }[],
        nested: { deep: { a: 1 } } as { deep?: { a: number } },
        raw: ref({ untouched: true }),
        get count() {
          getters++
          return this.items.length
        },
      }),
      'proxy',
    )
    log.push(observe(state, 'proxy') === state, getters, Object.keys(state))
    const first = snapshot(state)
    log.push(first === snapshot(state), getters)
    const leave = subscribe(state, () => log.push(['async', state.items.length]))
    const leaveSync = subscribe(state.nested, () => log.push(['sync', JSON.stringify(state.nested)]), true)
    state.items.push({ n: 1 })
    state.items[0]!.n = 2
    state.nested.deep!.a = 5
    state.nested.deep!.a = 5
    const second = snapshot(state)
    log.push(second === snapshot(state), second.nested !== first.nested, second.raw === first.raw, getters)
    delete state.nested.deep
    const version = getVersion(state)!
    state.items = [{ n: 3 }]
    log.push(getVersion(state)! > version, getVersion(state.items) !== undefined)
    await Promise.resolve()
    leave()
    leaveSync()
    state.nested.deep = { a: 7 }
    const third = snapshot(state)
    log.push(third.nested, third.items === snapshot(state).items, getters)
    return log
  }

  test('a program does what it did', async () => {
    const plain = await program(value => value)
    const { recorder, observe } = recording(valtio)
    expect(await program(observe)).toEqual(plain)
    expect(recorder.stats().errors).toEqual({})
  })

  test('changes are recorded, of proxies that came before the library too', () => {
    const { recorder, observe } = recording()
    const state = observe(valtio.proxy({ items: [] as { n: number }[], password: 'a', get twice() { return this.items.length * 2 } }), 'proxy') // prettier-ignore
    expect(statesOf(recorder)).toEqual([])
    hand(observe, valtio)
    state.items.push({ n: 1 })
    state.items[0]!.n = 2
    state.items.length = 0
    state.password = 'b'
    expect(statesOf(recorder).filter(line => !line.includes('"items.length"'))).toEqual([
      'state-snapshot → ["valtio", {items: [], password: <redacted password>, twice: <accessor>}] [redacted]',
      'state-change → ["valtio", "items[0]", undefined, {n: 1}]',
      'state-change → ["valtio", "items[0].n", 1, 2]',
      'state-change → ["valtio", "password", <redacted plan>, <redacted plan>] [redacted]',
    ])
    expect(recorder.stats().errors).toEqual({})
  })

  test('the state at any moment is the one that the program was in', () => {
    const { recorder, observe } = recording(valtio)
    const state = observe(valtio.proxy({ items: [] as number[], byName: {} as Record<string, { n: number }> }), 'proxy')
    const expected: unknown[] = []
    const random = randomOf(4)
    const steps: (() => void)[] = [
      () => void state.items.push(random(9)),
      () => void state.items.splice(random(3), 1),
      () => void (state.byName[`key ${random(9)}`] = { n: random(9) }),
      () => void delete state.byName[`key ${random(9)}`],
      () =>
        Object.values(state.byName)
          .slice(0, 1)
          .forEach(each => each.n++),
    ]
    while (expected.length < 200) {
      steps[random(steps.length)]?.()
      expected.push(JSON.parse(JSON.stringify(state)))
      mark(recorder, String(expected.length - 1))
    }
    expect(compareMoments(recorder, 'valtio', expected)).toEqual({ moments: 200, first: undefined })
  })

  test('a detached proxy tells nothing more, and what is no proxy is left alone', () => {
    const { recorder, observe } = recording(valtio)
    observe({}, 'proxy')
    observe(() => 1, 'proxy')
    expect(recorder.stats().errors).toEqual({ 'adapter-unsupported': 2 })
    const state = observe(valtio.proxy({ n: 0 }), 'proxy')
    release(recorder)
    const events = recorder.stats().events
    state.n = 1
    expect(recorder.stats().events).toBe(events)
  })
})
