import { Signal, batch, computed, effect, signal, untracked } from '@preact/signals-core'
import { inspect } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import { dumpEvents } from '@hindscope/testkit'
import { registerLibrary } from '../../src/adapters/library.ts'
import type { Observe } from '../../src/adapters/library.ts'
import type { RecorderHandle } from '../../src/index.ts'
import { signalsAdapter } from '../../src/libraries/signals.ts'
import { compareMoments, mark, randomOf, record, release, statesOf } from './recorded-states.ts'

const recorders: RecorderHandle[] = []
afterEach(() => recorders.splice(0).forEach(release))
function recording(): { readonly recorder: RecorderHandle; readonly observe: Observe } {
  const recorder = record()
  recorders.push(recorder)
  return { recorder, observe: registerLibrary(signalsAdapter, '@preact/signals-core') }
}

/** Everything that the program can see; `observe` gives back what it gets. */
function program(observe: Observe): readonly unknown[] {
  const log: unknown[] = []
  const count = observe(signal(1, { name: 'count', watched: () => log.push('watched'), unwatched: () => log.push('unwatched') }), 'signal')
  log.push(observe(count, 'signal') === count, Object.keys(count).length, String(count), JSON.stringify({ count }))
  const twice = computed(() => (log.push('computing'), count.value * 2))
  const leave = effect(() => void log.push(['effect', twice.value]))
  const unnamed = signal({ list: [1] })
  const leaveOther = effect(() => void log.push(['other', unnamed.value.list.length, untracked(() => count.value)]))
  count.value = 1
  count.value = 2
  count.value++
  batch(() => {
    count.value = 10
    unnamed.value = { list: [1, 2] }
    log.push(['in batch', twice.value])
    count.value = 3
  })
  log.push(count.peek(), unnamed.peek().list.length)
  const endless = signal(0)
  try {
    effect(() => {
      endless.value = endless.value + 1
    })
  } catch (error) {
    log.push((error as Error).message, endless.peek())
  }
  try {
    ;(twice as { value: number }).value = 1
  } catch (error) {
    log.push((error as Error).message)
  }
  leave()
  leaveOther()
  count.value = 4
  log.push(Object.keys(Signal.prototype), inspect(count).replace(/l: \d+/, ''), Object.keys(count).join())
  return log
}

test('a program does what it did', () => {
  const plain = program(value => value)
  const { recorder, observe } = recording()
  expect(program(observe)).toEqual(plain)
  expect(recorder.stats().errors).toEqual({})
})

test('values are told before effects run, by the call that wrote them', () => {
  const { recorder, observe } = recording()
  const { access } = recorder
  const count = observe(signal(0, { name: 'count' }), 'signal')
  const other = observe(signal({ items: [1] }), 'signal')
  const secret = observe(signal('a', { name: 'password' }), 'signal')
  effect(() => mark(recorder, `effect ${count.value}`))
  const call = access.startActivity(6, { name: 'click' })
  access.runIn(call, call, () => void (count.value = 1), undefined, [])
  count.value = 1
  other.value = { items: [1, 2] }
  secret.value = 'hunter2'
  const lines = dumpEvents(recorder.chunks()).split('\n').filter(line => /^state|^mark/.test(line)) // prettier-ignore
  expect(lines).toEqual([
    'state-snapshot → ["count", {value: 0}]',
    'state-snapshot → ["signal", {value: {items: [1]}}]',
    'state-snapshot → ["password", {value: "a"}]',
    'mark → {label: "effect 0"}',
    `state-change #${call} → ["count", "value", 0, 1]`,
    `mark #${call} → {label: "effect 1"}`,
    'state-change → ["signal", "value.items[1]", undefined, 2]',
    'state-change → ["password", "value", "a", "hunter2"]',
  ])
})

test('the value at any moment is the one that the program was in', () => {
  const { recorder, observe } = recording()
  const store = observe(signal<Record<string, number>>({}, { name: 'store' }), 'signal')
  const expected: unknown[] = []
  effect(() => {
    expected.push({ value: structuredClone(store.value) })
    mark(recorder, String(expected.length - 1))
  })
  const random = randomOf(5)
  while (expected.length < 200) store.value = random(3) === 0 ? { [`k${random(4)}`]: random(9) } : { ...store.value, [`k${random(9)}`]: random(100) }
  expect(compareMoments(recorder, 'store', expected)).toEqual({ moments: expected.length, first: undefined })
})

test('a refused write is taken back, and more signals than are recorded are told as such', () => {
  const { recorder, observe } = recording()
  const endless = observe(signal(0, { name: 'endless' }), 'signal')
  expect(() => effect(() => void (endless.value = endless.value + 1))).toThrow('Cycle detected')
  expect(statesOf(recorder).at(-1)).toBe(`state-change → ["endless", "value", ${endless.peek() + 1}, ${endless.peek()}]`)
  for (let i = 0; i < 1100; i++) observe(signal(i), 'signal').value = -1
  expect(dumpEvents(recorder.chunks()).match(/adapter-cut/g)).toHaveLength(1)
})

test('detached, a signal is as it was; what is no signal is left alone', () => {
  const { recorder, observe } = recording()
  for (const value of [{}, { value: 1, peek: () => 1 }, computed(() => 1), new Proxy(signal(1), {})]) observe(value, 'signal')
  expect(recorder.stats().errors).toEqual({ 'adapter-unsupported': 4 })
  const kept = signal(0)
  const before = Object.getOwnPropertyDescriptors(kept)
  observe(kept, 'signal')
  const seen: number[] = []
  effect(() => void seen.push(kept.value))
  release(recorder)
  expect(Object.keys(Object.getOwnPropertyDescriptors(kept))).toEqual(Object.keys(before))
  const { events } = recorder.stats()
  kept.value = 1
  expect([recorder.stats().events, seen]).toEqual([events, [0, 1]])
})
