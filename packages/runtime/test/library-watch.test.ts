/** Adapters of libraries meet the values that a program gets from them, whichever comes first, and let go of them again. */
import { dumpEvents } from '@hindscope/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RecorderAccess } from '../src/adapters/adapter.ts'
import { registerLibrary } from '../src/adapters/library.ts'
import { patchMethod } from '../src/adapters/patch.ts'
import { PatchedPrototypes, watchingAdapter } from '../src/adapters/watching-adapter.ts'
import type { LibraryAdapter } from '../src/adapters/library.ts'
import { createHook, defineHook, findHook, removeHook } from '../src/hook-object.ts'
import type { SharedHook } from '../src/hook-object.ts'
import { createRecorder } from '../src/index.ts'
import type { RecorderHandle } from '../src/index.ts'

const recorders: RecorderHandle[] = []
function record(): { recorder: RecorderHandle; hook: SharedHook } {
  const recorder = createRecorder({ sink: 'memory', flushMs: 60_000 })
  recorders.push(recorder)
  recorder.install(globalThis)
  return { recorder, hook: findHook(globalThis) as SharedHook } // SAFE: just installed
}

// As the first instrumented module does.
beforeEach(() => void defineHook(globalThis, createHook()))
afterEach(() => {
  for (const recorder of recorders.splice(0)) recorder.uninstall()
  removeHook(globalThis)
})

/** An adapter of stores, which are objects with `kind: 'store'`, and what happened to it. */
function adapterOf(log: string[], more: Partial<LibraryAdapter> = {}): LibraryAdapter {
  return {
    id: 'stores',
    observe: (_recorder: RecorderAccess, { library, name, value }) => {
      if ((value as { kind?: unknown }).kind !== 'store') return undefined
      log.push(`observe ${library} ${name}`)
      return () => log.push('detach')
    },
    ...more,
  }
}

const traceOf = (recorder: RecorderHandle): string[] =>
  dumpEvents(recorder.chunks())
    .split('\n')
    .filter(line => line.includes('adapter-'))
    .map(line => line.replace(/^.*operation: /, ''))

test('a value goes to the adapter of its library once, and comes back as it was', () => {
  const log: string[] = []
  const { recorder, hook } = record()
  registerLibrary(adapterOf(log), 'shop')
  const store = { kind: 'store' }
  expect(hook.lb('stores', 'shop createStore', store)).toBe(store)
  hook.lb('stores', 'shop createStore', store)
  hook.lb('others', 'shop createStore', { kind: 'store' })
  for (const plain of [1, undefined, null, 'store']) expect(hook.lb('stores', 'shop createStore', plain)).toBe(plain)
  expect(log).toEqual(['observe shop createStore'])
  recorder.uninstall()
  expect(log).toEqual(['observe shop createStore', 'detach'])
  hook.lb('stores', 'shop createStore', { kind: 'store' })
  expect(log.length).toBe(2)
})

test('what is not of the known shape is told once and counted, at the end of a chain it is left alone', () => {
  const log: string[] = []
  const { recorder, hook } = record()
  registerLibrary(adapterOf(log), 'shop')
  hook.lb('stores', 'shop createStore()', { kind: 'other' })
  expect([recorder.stats().errors, traceOf(recorder)]).toEqual([{}, []])
  hook.lb('stores', 'shop createStore()', { kind: 'store' })
  hook.lb('stores', 'shop open', { kind: 'other' })
  hook.lb('stores', 'shop open', { kind: 'another' })
  expect(log).toEqual(['observe shop createStore'])
  expect(recorder.stats().errors).toEqual({ 'adapter-unsupported': 2 })
  expect(traceOf(recorder)).toEqual(['"adapter-attached", reason: "shop createStore()"}', '"adapter-unsupported", reason: "shop open"}'])
})

test('an adapter that is loaded before the recorder starts, or after it, is attached; a second copy is not', () => {
  const log: string[] = []
  const attach = (): (() => void) => {
    log.push('attach')
    return () => log.push('detach')
  }
  const first = record()
  registerLibrary(adapterOf(log, { attach }), 'shop')
  registerLibrary(adapterOf(log, { attach }), 'shop')
  expect(log).toEqual(['attach'])
  first.recorder.uninstall()
  expect(log).toEqual(['attach', 'detach'])
  const hook = record().hook
  expect(log).toEqual(['attach', 'detach', 'attach'])
  hook.lb('stores', 'shop createStore', { kind: 'store' })
  expect(log.at(-1)).toBe('observe shop createStore')
})

test('an adapter that fails is counted, and the program gets its value', () => {
  const fails = (): never => {
    throw new TypeError('no')
  }
  const { recorder, hook } = record()
  const observe = registerLibrary({ id: 'bad', attach: fails, observe: fails }, 'bad')
  const value = {}
  expect(observe(value, 'make')).toBe(value)
  expect(hook.lb('bad', 'bad make', {})).toEqual({})
  expect(recorder.stats().errors).toEqual({ 'adapter-failed': 3 })
})

test('by hand a value goes to the adapter that was imported, and without a recorder nowhere', () => {
  const log: string[] = []
  expect(registerLibrary(adapterOf(log), 'shop')({ kind: 'store' })).toEqual({ kind: 'store' })
  expect(log).toEqual([])
  record()
  registerLibrary(adapterOf(log), 'shop')({ kind: 'store' }, 'createStore')
  expect(log).toEqual(['observe shop createStore'])
})

async function collector(): Promise<() => void> {
  const { setFlagsFromString } = await import('node:v8')
  const { runInNewContext } = await import('node:vm')
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void // SAFE: the flag puts it there
}

test('what values share is taken back when they are gone', async () => {
  const { recorder, hook } = record()
  class Client {
    query(): number {
      return 1
    }
  }
  const { query } = Client.prototype
  const patches = new PatchedPrototypes()
  const wrap = (): (() => number) =>
    function wrapped(): number {
      return 2
    }
  const watch = {
    observe: () => patches.once(Client.prototype, () => patchMethod(Client.prototype, 'query', wrap)),
    close: () => patches.close(),
  }
  registerLibrary(
    watchingAdapter('clients', () => watch),
    'clients',
  )
  let isGone = false
  const registry = new FinalizationRegistry(() => (isGone = true))
  ;(() => {
    const client = new Client()
    registry.register(client, undefined)
    hook.lb('clients', 'clients Client', client)
  })()
  hook.lb('clients', 'clients Client', new Client())
  expect(Client.prototype.query).not.toBe(query)
  const collect = await collector()
  await expect
    .poll(() => {
      collect()
      return isGone
    })
    .toBe(true)
  recorder.uninstall()
  expect(Client.prototype.query).toBe(query)
})

test('a value that the program drops is not kept alive', async () => {
  record()
  const store = (): object => ({ kind: 'store' })
  registerLibrary(
    {
      id: 'stores',
      observe:
        (_recorder, { value }) =>
        () =>
          void value,
    },
    'shop',
  )
  const hook = findHook(globalThis) as SharedHook // SAFE: installed above
  const gone: string[] = []
  const registry = new FinalizationRegistry((name: string) => gone.push(name))
  for (let i = 0; i < 200; i++) {
    const value = store()
    registry.register(value, String(i))
    hook.lb('stores', 'shop createStore', value)
  }
  const collect = await collector()
  await expect
    .poll(() => {
      collect()
      return gone.length
    })
    .toBeGreaterThan(150)
})
