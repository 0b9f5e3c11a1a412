import * as xstate5 from 'xstate'
import * as xstate4 from 'xstate4'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { registerLibrary } from '../../src/adapters/library.ts'
import type { Observe } from '../../src/adapters/library.ts'
import type { RecorderHandle } from '../../src/index.ts'
import { xstateAdapter } from '../../src/libraries/xstate.ts'
import { compareMoments, mark, randomOf, record, release, statesOf } from './recorded-states.ts'

const recorders: RecorderHandle[] = []
afterEach(() => {
  recorders.splice(0).forEach(release)
  vi.useRealTimers()
  vi.restoreAllMocks()
})
// Both versions warn of events to what has stopped.
beforeEach(() => void vi.spyOn(console, 'warn').mockImplementation(() => {}))
function recording(): { readonly recorder: RecorderHandle; readonly observe: Observe } {
  const recorder = record()
  recorders.push(recorder)
  return { recorder, observe: registerLibrary(xstateAdapter, 'xstate') }
}

interface Context {
  readonly items: readonly string[]
  readonly note: string
}
type Event = { readonly type: string; readonly item?: string; readonly error?: unknown }

describe('xstate 5', () => {
  const { assign, createActor, createMachine, emit, fromPromise, raise, sendParent, sendTo, setup } = xstate5

  const child = createMachine({
    id: 'worker',
    context: { jobs: 0 },
    on: { work: { actions: [assign({ jobs: ({ context }) => context.jobs + 1 }), sendParent({ type: 'add', item: 'worked' })] } },
  })

  const shop = (log: (...values: unknown[]) => void) =>
    setup({
      types: {} as { context: Context; events: Event; emitted: { type: 'told' } },
      actors: {
        fetch: fromPromise(({ input }: { input: string }) => (input === 'bad' ? Promise.reject(new Error('bad')) : Promise.resolve(`got ${input}`))),
        child,
      },
    }).createMachine({
      id: 'shop',
      context: { items: [], note: '' },
      initial: 'open',
      invoke: { src: 'child', id: 'worker' },
      on: {
        add: {
          actions: [
            assign({ items: ({ context, event }) => [...context.items, event.item ?? ''] }),
            ({ context }) => log('action', context.items.length),
          ],
        },
        delegate: { actions: sendTo('worker', { type: 'work' }) },
        raised: { actions: [raise({ type: 'add', item: 'raised' }), emit({ type: 'told' })] },
        throw: {
          actions: ({ event }) => {
            throw event.error
          },
        },
      },
      states: {
        open: { on: { load: { target: 'loading' }, wait: 'waiting', finish: 'closed' } },
        waiting: { after: { 50: 'open' } },
        loading: {
          invoke: {
            src: 'fetch',
            input: ({ event }) => event.item ?? '',
            onDone: { target: 'open', actions: assign({ note: ({ event }) => event.output as string }) },
            onError: { target: 'open', actions: assign({ note: 'failed' }) },
          },
        },
        closed: { type: 'final' },
      },
    })

  async function program(observe: Observe): Promise<readonly unknown[]> {
    vi.useFakeTimers()
    const log: unknown[][] = []
    const say = (...values: unknown[]): void => void log.push(values)
    // What XState reports of errors that nobody listens to, it throws in a timer.
    const reports = (): Promise<unknown> => vi.advanceTimersByTimeAsync(5).catch((error: unknown) => say('reported', error === failure))
    const failure = new Error('thrown')
    const actor = observe(createActor(shop(say)), 'createActor')
    say(
      observe(actor, 'createActor') === actor,
      Object.keys(actor)
        .filter(key => key !== 'system')
        .join(),
      actor.send.name,
      actor.send.length,
    )
    const { send } = actor
    send({ type: 'add', item: 'early' })
    actor.subscribe({
      next: ({ value, context, status }) => {
        say('next', value, context.items.length, context.note, status)
        if (context.items.length === 2) actor.send({ type: 'add', item: 'nested' })
      },
      complete: () => say('complete'),
    })
    actor.on('told', () => say('told'))
    const selected = actor.select(({ context }) => context.note)
    selected.subscribe(note => say('selected', note))
    say(actor.start() === actor, actor.getSnapshot().value)
    send({ type: 'add', item: 'a' })
    actor.send({ type: 'raised' })
    actor.send({ type: 'delegate' })
    actor.send({ type: 'load', item: 'x' })
    await vi.advanceTimersByTimeAsync(1)
    actor.send({ type: 'load', item: 'bad' })
    await vi.advanceTimersByTimeAsync(1)
    actor.send({ type: 'wait' })
    await vi.advanceTimersByTimeAsync(60)
    say(JSON.stringify(actor.getPersistedSnapshot()))
    actor.send({ type: 'finish' })
    actor.send({ type: 'add', item: 'late' })
    say(actor.getSnapshot().status)
    // Errors: nobody listens, somebody does, and a child fails whose parent is told.
    for (const listens of [undefined, (error: unknown) => say('error', error === failure)]) {
      const failing = observe(createActor(shop(say)), 'createActor')
      if (listens !== undefined) failing.subscribe({ error: listens })
      failing.start()
      failing.send({ type: 'throw', error: failure })
      say(failing.getSnapshot().status)
      await reports()
    }
    const failsAtOnce = createMachine({ entry: () => fail(failure) })
    const parent = observe(
      createActor(createMachine({ initial: 'a', states: { a: { invoke: { src: failsAtOnce, id: 'c', onError: 'b' } }, b: {} } })).start(),
      'createActor',
    )
    say(parent.getSnapshot().value)
    const later = createMachine({ initial: 'a', states: { a: { invoke: { src: failsAtOnce, id: 'c', onError: 'b' } }, b: {} } })
    say(observe(createActor(later), 'createActor').start().getSnapshot().value)
    await reports()
    try {
      send('text' as never)
    } catch (error) {
      say(String(error))
    }
    return log
  }

  test('a program does what it did', async () => {
    const withoutIds = (log: readonly unknown[]): unknown =>
      JSON.parse(JSON.stringify(log, (_, value: unknown) => (value === undefined ? 'undefined' : value)).replaceAll(/x:\d+/g, 'x:n'))
    const plain = withoutIds(await program(value => value))
    const { recorder, observe } = recording()
    expect(withoutIds(await program(observe))).toEqual(plain)
    expect(recorder.stats().errors).toEqual({})
  })

  test('events, states and those of children are recorded', async () => {
    const { recorder, observe } = recording()
    const actor = observe(createActor(shop(() => {})), 'createActor').start()
    actor.send({ type: 'add', item: 'a' })
    actor.send({ type: 'delegate' })
    actor.send({ type: 'load', item: 'x' })
    await new Promise(resolve => setTimeout(resolve, 1))
    actor.subscribe({ error: () => {} })
    actor.send({ type: 'throw', error: new Error('broken') })
    const output = statesOf(recorder).map(line =>
      line.replaceAll('library: "xstate", ', '').replaceAll(/, payload: \{type: "xstate\.done[^]*/g, ' …'),
    )
    expect(output).toEqual([
      'state-snapshot → ["shop", {value: "open", context: {items: [], note: ""}, status: "active"}]',
      'state-snapshot → ["shop.worker", {value: {}, context: {jobs: 0}, status: "active"}]',
      'activity-start #1 action → {store: "shop", action: "xstate.init", payload: {type: "xstate.init", input: undefined}}',
      'activity-start #2 action → {store: "shop.worker", action: "xstate.init", payload: {type: "xstate.init", input: undefined}}',
      'activity-end #2 action → {}',
      'activity-end #1 action → {}',
      'activity-start #3 action → {store: "shop", action: "add", payload: {type: "add", item: "a"}}',
      'state-change #3 → ["shop", "context.items[0]", undefined, "a"]',
      'activity-end #3 action → {}',
      'activity-start #4 action → {store: "shop", action: "delegate"}',
      'activity-start #5 ≪4 action → {store: "shop.worker", action: "work"}',
      'activity-start #6 ≪4 action → {store: "shop", action: "add", payload: {type: "add", item: "worked"}}',
      'state-change #5 → ["shop.worker", "context.jobs", 0, 1]',
      'activity-end #5 action → {}',
      'activity-end #4 action → {}',
      'state-change #6 → ["shop", "context.items[1]", undefined, "worked"]',
      'activity-end #6 action → {}',
      'activity-start #7 action → {store: "shop", action: "load", payload: {type: "load", item: "x"}}',
      'state-change #7 → ["shop", "value", "open", "loading"]',
      'activity-end #7 action → {}',
      'activity-start #8 action → {store: "shop", action: "xstate.done.actor.0.shop.loading" …',
      'state-change #8 → ["shop", "value", "loading", "open"]',
      'state-change #8 → ["shop", "context.note", "", "got x"]',
      'activity-end #8 action → {}',
      'activity-start #9 action → {store: "shop", action: "throw", payload: {type: "throw", error: Error("broken")}}',
      'state-change #9 → ["shop", "status", "active", "error"]',
      'state-change #9 → ["shop", "error", undefined, Error("broken")]',
      'activity-end #9 action → {error: "broken"}',
    ])
    expect(recorder.stats().errors).toEqual({})
  })

  test('the state at any moment is the one that the program was in', () => {
    const { recorder, observe } = recording()
    const machine = createMachine({
      id: 'walk',
      context: { path: [] as number[], visits: {} as Record<string, number> },
      initial: 'a',
      on: { clear: { actions: assign({ path: [] }) } },
      states: Object.fromEntries(
        ['a', 'b', 'c'].map((name, index) => [
          name,
          {
            initial: 'in',
            states: { in: { on: { deeper: 'out' } }, out: { on: { deeper: 'in' } } },
            entry: assign({
              path: ({ context }) => [...context.path, index],
              visits: ({ context }) => ({ ...context.visits, [name]: (context.visits[name] ?? 0) + 1 }),
            }),
            on: { next: ['b', 'c', 'a'][index], back: ['c', 'a', 'b'][index] },
          },
        ]),
      ) as never,
    })
    const actor = observe(createActor(machine), 'createActor')
    const expected: unknown[] = []
    const moment = (): void => {
      const { value, context, status } = actor.getSnapshot()
      expected.push({ value, context, status })
      mark(recorder, String(expected.length - 1))
    }
    actor.subscribe(moment)
    actor.start()
    const random = randomOf(3)
    while (expected.length < 1000) {
      actor.send({ type: ['next', 'back', 'deeper', 'deeper', 'nothing', random(9) === 0 ? 'clear' : 'next'][random(6)] ?? '' })
      moment()
    }
    const { moments, first } = compareMoments(recorder, 'walk', expected)
    expect([moments >= 1000, first, recorder.stats().truncated]).toEqual([true, undefined, 0])
  })

  test('a detached actor is as it was', () => {
    const { recorder, observe } = recording()
    const actor = createActor(shop(() => {}))
    const before = actor.send
    observe(actor, 'createActor')
    actor.start()
    release(recorder)
    const events = recorder.stats().events
    expect([actor.send === before, (actor as unknown as { observers: Set<unknown> }).observers.size]).toEqual([true, 0])
    actor.send({ type: 'add', item: 'a' })
    actor.send({ type: 'delegate' })
    expect([recorder.stats().events, actor.getSnapshot().context.items.length]).toEqual([events, 2])
  })

  test('actors in a context are told by their ids, and what is no machine is left alone', () => {
    const { recorder, observe } = recording()
    const spawning = createMachine({ id: 'top', context: ({ spawn }) => ({ ref: spawn(child, { id: 'inner' }) }) })
    observe(createActor(spawning), 'createActor').start()
    expect(statesOf(recorder)[0]).toBe('state-snapshot → ["top", {value: {}, context: {ref: {actor: "inner"}}, status: "active"}]')
    observe(createActor(fromPromise(() => Promise.resolve(1))), 'createActor')
    observe({ send: () => 1 }, 'createActor')
    expect(recorder.stats().errors).toEqual({ 'adapter-unsupported': 2 })
  })
})

describe('xstate 4', () => {
  const { assign, createMachine, interpret, sendParent, send } = xstate4

  const child = createMachine<{ jobs: number }>({
    id: 'worker',
    predictableActionArguments: true,
    context: { jobs: 0 },
    on: { work: { actions: [assign<{ jobs: number }>({ jobs: ({ jobs }) => jobs + 1 }), sendParent({ type: 'add', item: 'worked' })] } },
  })

  const shop = (log: (...values: unknown[]) => void) =>
    createMachine<Context, Event>({
      id: 'shop',
      predictableActionArguments: true,
      context: { items: [], note: '' },
      initial: 'open',
      invoke: { src: child, id: 'worker' },
      on: {
        add: {
          actions: [assign<Context, Event>({ items: ({ items }, { item }) => [...items, item ?? ''] }), ({ items }) => log('action', items.length)],
        },
        delegate: { actions: send({ type: 'work' }, { to: 'worker' }) },
        throw: {
          actions: (_, { error }) => {
            throw error
          },
        },
      },
      states: {
        open: { on: { load: 'loading', wait: 'waiting', finish: 'closed' } },
        waiting: { after: { 50: 'open' } },
        loading: {
          invoke: {
            src: (_, { item }) => (item === 'bad' ? Promise.reject(new Error('bad')) : Promise.resolve(`got ${item}`)),
            onDone: { target: 'open', actions: assign<Context, Event>({ note: (_, event) => (event as unknown as { data: string }).data }) },
            onError: { target: 'open', actions: assign<Context, Event>({ note: 'failed' }) },
          },
        },
        closed: { type: 'final' },
      },
    })

  async function program(observe: Observe): Promise<readonly unknown[]> {
    vi.useFakeTimers()
    const log: unknown[][] = []
    const say = (...values: unknown[]): void => void log.push(values)
    const service = observe(interpret(shop(say)), 'interpret')
    say(observe(service, 'interpret') === service, Object.keys(service).join(), service.send.name, service.send.length)
    service.onTransition((state, event) => {
      say('transition', state.value, state.context.items.length, state.context.note, event.type, state.changed)
      if (state.context.items.length === 2) service.send({ type: 'add', item: 'nested' })
    })
    service.onEvent(event => say('event', event.type))
    service.onDone(() => say('done'))
    const subscription = service.subscribe(state => say('next', state.value))
    service.send({ type: 'add', item: 'early' })
    say(service.start() === service)
    const { send: loose } = service
    say(loose({ type: 'add', item: 'a' }).context.items.length, service.send('delegate' as never).context.items.length)
    service.send([
      { type: 'add', item: 'one' },
      { type: 'add', item: 'two' },
    ])
    service.send('add' as never, { item: 'payload' } as never)
    service.send({ type: 'load', item: 'x' })
    await vi.advanceTimersByTimeAsync(1)
    service.send({ type: 'load', item: 'bad' })
    await vi.advanceTimersByTimeAsync(1)
    service.send({ type: 'wait' })
    await vi.advanceTimersByTimeAsync(60)
    subscription.unsubscribe()
    const failure = new Error('thrown')
    try {
      service.send({ type: 'throw', error: failure })
    } catch (error) {
      say(error === failure)
    }
    service.send({ type: 'finish' })
    say(service.getSnapshot().value, service.getSnapshot().done)
    service.stop()
    return log
  }

  test('a program does what it did', async () => {
    const plain = await program(value => value)
    const { recorder, observe } = recording()
    expect(await program(observe)).toEqual(plain)
    expect(recorder.stats().errors).toEqual({})
  })

  test('events, states and those of children are recorded', () => {
    const { recorder, observe } = recording()
    const service = observe(interpret(shop(() => {})), 'interpret').start()
    service.send({ type: 'add', item: 'a' })
    service.send('delegate' as never)
    expect(() => service.send({ type: 'throw', error: new Error('broken') })).toThrow('broken')
    service.send({ type: 'finish' })
    expect(statesOf(recorder).map(line => line.replaceAll('library: "xstate", ', ''))).toEqual([
      'state-snapshot → ["shop", {value: "open", context: {items: [], note: ""}, done: false}]',
      'state-snapshot → ["shop.worker", {value: {}, context: {jobs: 0}, done: false}]',
      'activity-start #1 action → {store: "shop", action: "add", payload: {type: "add", item: "a"}}',
      'state-change #1 → ["shop", "context.items[0]", undefined, "a"]',
      'activity-end #1 action → {}',
      'activity-start #2 action → {store: "shop", action: "delegate"}',
      'activity-start #3 ≪2 action → {store: "shop.worker", action: "work"}',
      'activity-start #4 ≪3 action → {store: "shop", action: "add", payload: {type: "add", item: "worked"}}',
      'activity-end #4 action → {}',
      'state-change #3 → ["shop.worker", "context.jobs", 0, 1]',
      'activity-end #3 action → {}',
      'state-change #2 → ["shop", "context.items[1]", undefined, "worked"]',
      'activity-end #2 action → {}',
      'activity-start #5 action → {store: "shop", action: "throw", payload: {type: "throw", error: Error("broken")}}',
      'activity-end #5 action → {error: "broken"}',
      'activity-start #6 action → {store: "shop", action: "finish"}',
      'state-change #6 → ["shop", "value", "open", "closed"]',
      'state-change #6 → ["shop", "done", false, true]',
      'activity-end #6 action → {}',
    ])
  })

  test('the state at any moment is the one that the program was in', () => {
    const { recorder, observe } = recording()
    const machine = createMachine<{ n: number; last: readonly string[] }>({
      id: 'walk',
      predictableActionArguments: true,
      context: { n: 0, last: [] },
      type: 'parallel',
      on: {
        count: {
          actions: assign<{ n: number; last: readonly string[] }>({ n: ({ n }) => n + 1, last: ({ last, n }) => [...last, `l${n}`].slice(-3) }),
        },
      },
      states: {
        one: { initial: 'a', states: { a: { on: { flip: 'b' } }, b: { on: { flip: 'a' } } } },
        two: { initial: 'x', states: { x: { on: { turn: 'y' } }, y: { on: { turn: 'x' } } } },
      },
    })
    const service = observe(interpret(machine), 'interpret')
    const expected: unknown[] = []
    const moment = (): void => {
      const { value, context } = service.getSnapshot()
      expected.push({ value, context, done: false })
      mark(recorder, String(expected.length - 1))
    }
    service.onTransition(moment).start()
    const random = randomOf(9)
    while (expected.length < 1000) {
      service.send(['count', 'flip', 'turn', 'nothing'][random(4)] ?? '')
      moment()
    }
    const { moments, first } = compareMoments(recorder, 'walk', expected)
    expect([moments >= 1000, first, recorder.stats().truncated]).toEqual([true, undefined, 0])
  })

  test('a detached service is as it was', () => {
    const { recorder, observe } = recording()
    const service = interpret(shop(() => {}))
    const before = service.send
    observe(service, 'interpret')
    service.start()
    release(recorder)
    const events = recorder.stats().events
    expect([service.send === before, (service as unknown as { eventListeners: Set<unknown> }).eventListeners.size]).toEqual([true, 0])
    service.send({ type: 'delegate' })
    expect([recorder.stats().events, service.getSnapshot().context.items.length]).toEqual([events, 1])
  })
})

function fail(error: Error): never {
  throw error
}
