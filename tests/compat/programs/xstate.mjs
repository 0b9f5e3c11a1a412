import * as xstate from 'xstate'

export const modules = { xstate }

export async function run(log) {
  const {
    setup,
    assign,
    createActor,
    fromPromise,
    fromCallback,
    fromTransition,
    fromObservable,
    raise,
    sendTo,
    enqueueActions,
    and,
    not,
    stateIn,
    waitFor,
    toPromise,
    createMachine,
    SimulatedClock,
  } = xstate
  const machine = setup({
    types: {},
    actors: {
      fetch: fromPromise(async ({ input }) => {
        await null
        if (input.bad) throw new RangeError('fetch failed')
        return input.n * 2
      }),
      ticks: fromCallback(({ sendBack, receive }) => {
        receive(event => sendBack({ type: 'GOT', from: event.type }))
        sendBack({ type: 'GOT', from: 'start' })
        return () => log('stopped')
      }),
    },
    guards: { enough: ({ context }) => context.n > 2, even: ({ context }) => context.n % 2 === 0 },
    actions: {
      note: ({ event }) => log('action', event.type),
      fail: () => {
        throw new TypeError('in an action')
      },
    },
    delays: { short: 5 },
  }).createMachine({
    id: 'm',
    initial: 'idle',
    context: ({ input }) => ({ n: input?.n ?? 0, got: [], data: undefined }),
    on: { GOT: { actions: assign({ got: ({ context, event }) => [...context.got, event.from] }) } },
    states: {
      idle: {
        entry: 'note',
        exit: 'note',
        on: {
          ADD: { actions: assign({ n: ({ context }) => context.n + 1 }) },
          GO: [
            { guard: and(['enough', not('even')]), target: 'loading' },
            { guard: 'enough', target: 'parallel' },
          ],
          FAIL: { actions: 'fail' },
          MANY: {
            actions: enqueueActions(({ enqueue, check }) => {
              if (check('enough')) enqueue('note')
              enqueue.assign({ n: 5 })
              enqueue.raise({ type: 'ADD' })
            }),
          },
        },
      },
      loading: {
        invoke: {
          src: 'fetch',
          input: ({ context, event }) => ({ n: context.n, bad: event.bad }),
          onDone: { target: 'idle', actions: assign({ data: ({ event }) => event.output }) },
          onError: { target: 'failed', actions: assign({ data: ({ event }) => event.error.message }) },
        },
      },
      parallel: {
        type: 'parallel',
        invoke: { src: 'ticks', id: 'ticks' },
        states: {
          a: { initial: 'one', states: { one: { on: { NEXT: 'two' } }, two: { type: 'final' } } },
          b: {
            initial: 'one',
            states: {
              one: { after: { short: 'two' }, on: { POKE: { actions: sendTo('ticks', { type: 'PING' }) } } },
              two: { always: { guard: stateIn({ parallel: { a: 'two' } }), target: 'three' } },
              three: { type: 'final' },
            },
          },
        },
        onDone: 'done',
      },
      failed: { on: { RETRY: { target: 'idle', actions: raise({ type: 'ADD' }) } } },
      done: { type: 'final' },
    },
    output: ({ context }) => context.n,
  })
  for (const input of [undefined, { n: 2 }, { n: 4 }]) {
    const actor = createActor(machine, { input, inspect: event => log('inspect', event.type, event.event?.type) })
    actor.subscribe({
      next: ({ value, context, status }) => log(value, context, status),
      error: error => log('actor error', error.message),
      complete: () => log('complete'),
    })
    actor.start()
    for (const event of [
      { type: 'ADD' },
      { type: 'GO' },
      { type: 'NEXT' },
      { type: 'POKE' },
      { type: 'ADD' },
      { type: 'MANY' },
      { type: 'GO', bad: true },
      { type: 'RETRY' },
      { type: 'UNKNOWN' },
      { type: 'GO' },
    ]) {
      actor.send(event)
      await null
      await null
    }
    await new Promise(resolve => setTimeout(resolve, 20))
    log(actor.getSnapshot().value, actor.getPersistedSnapshot(), actor.getSnapshot().can({ type: 'ADD' }))
    actor.send({ type: 'FAIL' })
    actor.stop()
    await log.attempt('waiting', () => waitFor(actor, ({ value }) => value === 'never', { timeout: 5 }))
  }
  const counter = createActor(fromTransition((state, event) => (event.type === 'up' ? state + 1 : state), 0)).start()
  counter.send({ type: 'up' })
  log(counter.getSnapshot().context)
  await log.attempt('promise', () => toPromise(createActor(fromPromise(async () => 'value')).start()))
  await log.attempt('rejected', () =>
    toPromise(
      createActor(
        fromPromise(async () => {
          throw new Error('rejected')
        }),
      ).start(),
    ),
  )
  log.attempt('bad target', () => createMachine({ initial: 'a', states: { a: { on: { X: 'nosuch' } } } }).states.a.on)
  log.attempt('bad initial', () => createActor(createMachine({ initial: 'nosuch', states: { a: {} } })).start())
  log.attempt('bad guard', () => {
    const a = createActor(createMachine({ on: { X: { guard: 'nosuch', target: '.a' } }, states: { a: {} } }))
    a.start()
    a.send({ type: 'X' })
  })
  log(xstate.getNextSnapshot?.(machine, createActor(machine).getSnapshot(), { type: 'ADD' }).context, typeof fromObservable, typeof SimulatedClock)
}
