import * as rxjs7 from 'rxjs'
import * as rxjs6 from 'rxjs6'
import { afterEach, describe, expect, test } from 'vitest'
import { dumpEvents } from '@hindscope/testkit'
import { registerLibrary } from '../../src/adapters/library.ts'
import type { Observe } from '../../src/adapters/library.ts'
import type { RecorderHandle } from '../../src/index.ts'
import { rxjsAdapter } from '../../src/libraries/rxjs.ts'
import { compareMoments, mark, randomOf, record, release, statesOf } from './recorded-states.ts'

type Rxjs = typeof rxjs7
// SAFE: what the tests use is the same in both
const VERSIONS: readonly (readonly [string, Rxjs])[] = [
  ['rxjs 7', rxjs7],
  ['rxjs 6', rxjs6 as unknown as Rxjs],
]

const recorders: RecorderHandle[] = []
afterEach(() => recorders.splice(0).forEach(release))
function recording(): { readonly recorder: RecorderHandle; readonly observe: Observe } {
  const recorder = record()
  recorders.push(recorder)
  return { recorder, observe: registerLibrary(rxjsAdapter, 'rxjs') }
}

describe.each(VERSIONS)('%s', (_, { AsyncSubject, BehaviorSubject, ReplaySubject, Subject }) => {
  /** Everything that the program can see; `observe` gives back what it gets. */
  async function program(observe: Observe): Promise<readonly unknown[]> {
    const log: unknown[] = []
    const told = (name: string): { next(value: unknown): void; error(error: unknown): void; complete(): void } => ({
      next: value => log.push([name, value]),
      error: error => log.push([name, 'error', error]),
      complete: () => log.push([name, 'complete']),
    })
    const subject = observe(new Subject<unknown>(), 'Subject')
    const holding = observe(new BehaviorSubject<unknown>(1), 'BehaviorSubject')
    const replay = observe(new ReplaySubject<unknown>(2), 'ReplaySubject')
    const last = observe(new AsyncSubject<unknown>(), 'AsyncSubject')
    class Counter extends BehaviorSubject<unknown> {
      override next(value: unknown): void {
        log.push(['own next', value])
        super.next(value)
      }
    }
    const counter = new Counter(0)
    for (const [name, each] of Object.entries({ subject, holding, replay, last, counter })) {
      log.push([name, Object.keys(each), observe(each, 'Subject') === each, each.next.name, each.next.length])
      each.subscribe(told(name))
      each.next('a')
    }
    holding.subscribe(value => value === 'again' && holding.next('once more'))
    holding.next('again')
    log.push(holding.value, holding.getValue())
    const error = new Error('no')
    subject.error(error)
    subject.next('late')
    replay.complete()
    last.next('b')
    last.complete()
    replay.subscribe(told('late replay'))
    holding.unsubscribe()
    try {
      holding.next('closed')
    } catch (caught) {
      log.push((caught as Error).name)
    }
    await Promise.resolve()
    return log
  }

  test('a program does what it did', async () => {
    const plain = await program(value => value)
    const { recorder, observe } = recording()
    expect(await program(observe)).toEqual(plain)
    expect(recorder.stats().errors).toEqual({})
  })

  test('what is sent, by whom, and what is held before subscribers are told', () => {
    const { recorder, observe } = recording()
    const user = observe(new BehaviorSubject({ name: 'ann', password: 'a' }), 'BehaviorSubject')
    const events = observe(new Subject<unknown>(), 'Subject')
    user.subscribe(({ name }) => events.next(name))
    class Cart extends BehaviorSubject<number> {}
    const cart = new Cart(0)
    user.next({ name: 'bob', password: 'b' })
    cart.next(1)
    events.error('broken')
    events.next('nobody hears')
    cart.complete()
    expect(statesOf(recorder)).toEqual([
      'state-snapshot → ["BehaviorSubject", {value: {name: "ann", password: <redacted password>}}] [redacted]',
      'activity-start #1 action → {library: "rxjs", store: "Subject", action: "next", payload: "ann"}',
      'activity-end #1 action → {}',
      'activity-start #2 action → {library: "rxjs", store: "BehaviorSubject", action: "next"}',
      'state-change #2 → ["BehaviorSubject", "value.name", "ann", "bob"]',
      'state-change #2 → ["BehaviorSubject", "value.password", <redacted plan>, <redacted plan>] [redacted]',
      'activity-start #3 ≪2 action → {library: "rxjs", store: "Subject", action: "next", payload: "bob"}',
      'activity-end #3 action → {}',
      'activity-end #2 action → {}',
      'state-snapshot → ["Cart", {value: 0}]',
      'activity-start #4 action → {library: "rxjs", store: "Cart", action: "next"}',
      'state-change #4 → ["Cart", "value", 0, 1]',
      'activity-end #4 action → {}',
      'activity-start #5 action → {library: "rxjs", store: "Subject", action: "error", payload: "broken"}',
      'activity-end #5 action → {}',
      'activity-start #6 action → {library: "rxjs", store: "Cart", action: "complete"}',
      'activity-end #6 action → {}',
    ])
    expect(recorder.stats().errors).toEqual({})
  })

  test('the value at any moment is the one that the program was in', () => {
    const { recorder, observe } = recording()
    const store = observe(new BehaviorSubject<Record<string, number>>({}), 'BehaviorSubject')
    const expected: unknown[] = []
    store.subscribe(value => {
      expected.push({ value: structuredClone(value) })
      mark(recorder, String(expected.length - 1))
    })
    const random = randomOf(7)
    while (expected.length < 150) store.next(random(3) === 0 ? { [`k${random(4)}`]: random(9) } : { ...store.value, [`k${random(9)}`]: random(100) })
    expect(compareMoments(recorder, 'BehaviorSubject', expected)).toEqual({ moments: expected.length, first: undefined })
  })

  test('detached, the classes are as they were; what is no subject is left alone', () => {
    const classes = [Subject, BehaviorSubject, ReplaySubject].map(({ prototype }) => prototype as object)
    const before = classes.map(Object.getOwnPropertyDescriptors)
    const { recorder, observe } = recording()
    for (const value of [{}, { next: () => {}, closed: false }, new Proxy(new Subject(), {})]) observe(value, 'Subject')
    expect(recorder.stats().errors).toEqual({ 'adapter-unsupported': 3 })
    const kept = [new Subject<number>(), new BehaviorSubject(0), new ReplaySubject<number>()].map(each => observe(each, 'Subject'))
    release(recorder)
    expect(classes.map(Object.getOwnPropertyDescriptors)).toEqual(before)
    const { events } = recorder.stats()
    for (const each of kept) each.next(1)
    expect(recorder.stats().events).toBe(events)
    expect(dumpEvents(recorder.chunks())).not.toContain('"next"')
  })
})
