/** What must hold of every React that the adapter knows. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { openApp, recordedBy, rendersOf } from './pages.ts'
import type { AppWish, Recorded } from './pages.ts'

/** As a build for development says it. */
const RENDERS: Readonly<Record<string, string[]>> = {
  start: [],
  mount: [
    'mount App < mount',
    'mount Counter < mount',
    'mount Plain < mount',
    'mount ShownOnce < mount',
    'mount Inner < mount',
    'mount FieldRef < mount',
    'mount Provider < mount',
    'mount Static < mount',
    'mount Themed < mount',
    'mount Klass < mount',
    'mount List < mount',
    'mount Row key=a < mount',
    'mount Row key=b < mount',
    'mount Row key=c < mount',
    'mount Boundary < mount',
    'mount Throws < mount',
    'mount Suspended < mount',
  ],
  state: [
    'update Counter: state useState#0 < state',
    'update Plain: parent < state',
    'update ShownOnce: props b < state',
    'update Inner: props value, ignored < state',
    'update FieldRef: props count < state',
  ],
  'reducer twice': [
    'update Counter: state useReducer#1 < reducer twice',
    'update Plain: parent < reducer twice',
    'update FieldRef: parent < reducer twice',
  ],
  'same state': [],
  store: ['update Counter: state useSyncExternalStore#2 < store', 'update Plain: parent < store', 'update FieldRef: parent < store'],
  transition: [
    'update Counter: state useTransition#3 < transition',
    'update Plain: parent < transition',
    'update FieldRef: parent < transition',
    'update Counter: state useTransition#3, useState#4 < transition',
    'update Plain: parent < transition',
    'update FieldRef: parent < transition',
  ],
  'flush sync': [
    'update Counter: state useState#0 < flush sync',
    'update Plain: parent < flush sync',
    'update ShownOnce: props b < flush sync',
    'update FieldRef: props count < flush sync',
  ],
  'class state': ['update Klass: state m < class state'],
  force: ['update Klass: state < force'],
  context: ['update Provider: state useState#0 < context', 'update Themed: context Theme < context', 'update Klass: context Theme < context'],
  'nameless context': ['update Provider: state useState#1 < nameless context', 'update Themed: context < nameless context'],
  list: [
    'unmount Row key=b < list',
    'update List: state useState#0 < list',
    'update Row key=c: parent < list',
    'update Row key=a: parent < list',
    'mount Row key=d < list',
  ],
  error: ['unmount Throws < error', 'update Boundary caught: state error < error'],
  suspend: ['update Suspended: state useState#0 < suspend'],
  arrive: ['mount Waits', 'mount Late'],
  measure: [
    'update App: state useState#0 < measure',
    'update Counter: parent < measure',
    'update Plain: parent < measure',
    'update FieldRef: parent < measure',
    'update Provider: parent < measure',
    'update List: parent < measure',
    'update Row key=c: parent < measure',
    'update Row key=a: parent < measure',
    'update Row key=d: parent < measure',
    'update Boundary: props children < measure',
    'update Suspended: parent < measure',
    'update Waits: parent < measure',
    'update Late: parent < measure',
    'mount Measured < measure',
    'update Measured: state useState#0',
  ],
  unmount:
    'App Counter Plain ShownOnce Inner FieldRef Provider Static Themed Klass List,key=c Row,key=a Row,key=d Boundary Suspended Waits Late Measured'
      .replace('List,key=c', 'List Row,key=c')
      .split(' ')
      .map(each => `unmount ${each.replace(',', ' ')} < unmount`),
}

/** Such builds do not keep which hook it was, nor who asked: the call that runs when React commits is all that is known. */
const inProduction = (renders: typeof RENDERS): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(renders).map(([step, lines]) => [
      step,
      lines.map(line =>
        line.replaceAll(/use(State|Reducer|Transition)#/g, 'state#').replace(step === 'flush sync' || step === 'unmount' ? / ?$/ : / < .*/, ''),
      ),
    ]),
  )

/** Keeps what it is told, as DevTools do; like those it stays away where somebody else has put a hook. */
const DEVTOOLS = `(function (target) {
  target.devtoolsCalls = []
  if (Object.prototype.hasOwnProperty.call(target, '__REACT_DEVTOOLS_GLOBAL_HOOK__')) return
  const note = name => function () {
    const [first, second] = arguments
    target.devtoolsCalls.push([name, arguments.length, this === hook, name === 'inject' ? first.version : first, second && (second.current?.tag ?? second.tag)].join(' '))
    if (name !== 'inject') return
    hook.renderers.set(hook.renderers.size + 1, first)
    return hook.renderers.size
  }
  const hook = {
    renderers: new Map(), supportsFiber: true, checkDCE: note('checkDCE'), inject: note('inject'),
    onCommitFiberRoot: note('commit'), onCommitFiberUnmount: note('unmount'), onPostCommitFiberRoot: note('post'), setStrictMode: note('strict'),
  }
  Object.defineProperty(target, '__REACT_DEVTOOLS_GLOBAL_HOOK__', { configurable: false, enumerable: false, get: () => hook })
})(window)`

interface Ran {
  readonly log: unknown
  readonly said: string[]
  readonly recorded: Recorded | undefined
  readonly devtools: unknown
}

async function run(wish: AppWish): Promise<Ran> {
  const { page, said } = await openApp(wish)
  const log = await page.evaluate('run()')
  const recorded = wish.adapter === undefined ? undefined : await recordedBy(page)
  // When effects that do nothing are run, nobody sees.
  const devtools = await page.evaluate('window.devtoolsCalls?.filter(call => !call.startsWith("post"))')
  await page.close()
  return { log, said, recorded, devtools }
}

let refreshRuntime: Promise<string> | undefined
/** The one that Vite's plugin gives to pages. */
const refresh = (): Promise<string> =>
  (refreshRuntime ??= (async () => {
    const dir = new URL('.', import.meta.resolve('@vitejs/plugin-react'))
    const contents = readFileSync(fileURLToPath(new URL('refresh-runtime.js', dir)), 'utf8')
    const { outputFiles } = await build({
      stdin: { contents },
      bundle: true,
      write: false,
      format: 'iife',
      globalName: 'refresh',
      ignoreAnnotations: true,
    })
    return `${outputFiles[0]?.text}\nwindow.$RefreshReg$ = () => {}; window.refresh = refresh; refresh.injectIntoGlobalHook(window)`
  })())

const appOf = (modules: Readonly<Record<string, string>>): { readonly app: string; readonly modules: Readonly<Record<string, string>> } => ({
  app: 'react-app.jsx',
  modules,
})

export function testRenders(version: RegExp, modes: readonly string[], modules: Readonly<Record<string, string>> = {}): void {
  const app = appOf(modules)
  const probed = { ...app, adapter: 'react' } as const

  test.each(modes)(
    'renders and what they are from, in %s mode; nothing else differs',
    async mode => {
      const before = `window.strict = ${mode === 'strict'}`
      const plain = await run({ ...app, before })
      const { log, said, recorded } = await run({ ...probed, before })
      expect(log).toEqual(plain.log)
      expect(said).toEqual(plain.said)
      expect(rendersOf(recorded as Recorded)).toEqual(RENDERS)
      expect(recorded?.errors).toEqual({})
      expect(/adapter-attached", reason: "(.*?)"/.exec(recorded?.dump ?? '')?.[1]).toMatch(version)
      expect(recorded?.dump).toMatch(/activity-end #\d+ render → \{durationMs: [\d.]+, selfMs: [\d.]+\}/)
    },
    60_000,
  )

  test('in production', async () => {
    const plain = await run({ ...app, mode: 'production' })
    const { log, said, recorded } = await run({ ...probed, mode: 'production' })
    expect([log, said]).toEqual([plain.log, plain.said])
    expect(rendersOf(recorded as Recorded)).toEqual(inProduction(RENDERS))
  }, 60_000)
}

/** What lies in the adapter's own hands, whichever React there is. */
export function testHook(modules: Readonly<Record<string, string>> = {}): void {
  const app = appOf(modules)
  const probed = { ...app, adapter: 'react' } as const

  test('DevTools that were there before or come after see what they would, and nothing is lost', async () => {
    const plain = await run({ ...app, before: DEVTOOLS })
    expect(plain.devtools).toContain('commit 4 true 1 3')
    for (const wish of [{ before: DEVTOOLS }, { between: DEVTOOLS }]) {
      const { log, said, devtools, recorded } = await run({ ...probed, ...wish })
      expect([log, said, devtools]).toEqual([plain.log, plain.said, plain.devtools])
      const { mount, ...rest } = rendersOf(recorded as Recorded)
      const { mount: _, ...expected } = RENDERS
      expect(rest).toEqual(expected)
      // Theirs is not told of the first render before it is shown.
      expect(mount?.map(line => line.replace(/ < .*/, ''))).toEqual(RENDERS['mount']?.map(line => line.replace(/ < .*/, '')))
    }
  }, 60_000)

  test('Fast Refresh keeps the state, whichever came first', async () => {
    const script = await refresh()
    const wish = { app: 'react-refresh.jsx', modules }
    const plain = await run({ ...wish, before: script })
    expect(plain.log).toEqual(expect.arrayContaining(['first 2', 'second 2', 'second 3']))
    for (const order of [{ before: script }, { between: script }]) {
      const { log, said, recorded } = await run({ ...wish, adapter: 'react', ...order })
      expect([log, said]).toEqual([plain.log, plain.said])
      const lines = Object.values(rendersOf(recorded as Recorded)).flat()
      expect(lines).toEqual(['mount Counter', 'update Counter: state useState#0', 'update Counter', 'update Counter: state useState#0'])
    }
  }, 60_000)

  test('no accessor of the program runs, the rest of a big commit is told, and detaching leaves nothing', async () => {
    const wish = { app: 'react-odd.jsx', modules }
    const plain = await run(wish)
    const { page } = await openApp({
      ...wish,
      adapter: 'react',
      between: DEVTOOLS.replace('target.devtoolsCalls.push(', 'if (name === "commit") target.root = second; ('),
    })
    expect(await page.evaluate('run()')).toEqual(plain.log)
    const recorded = await recordedBy(page)
    expect(recorded.dump.match(/component: "Row"/g)).toHaveLength(999)
    expect(recorded.dump).toContain('{operation: "adapter-cut", reason: "react: 1000 renders of one update recorded, 501 left out"}')
    const ownAdds = '[...window.root.pendingUpdatersLaneMap].filter(lane => Object.hasOwn(lane, "add")).length'
    expect(await page.evaluate(ownAdds)).toBe(31)
    await page.evaluate('recorder.uninstall(); more()')
    expect((await recordedBy(page)).dump.match(/component: "Row"/g)).toHaveLength(999)
    expect(await page.evaluate(`[${ownAdds}, Object.hasOwn(Window.prototype, "__REACT_DEVTOOLS_GLOBAL_HOOK__")]`)).toEqual([0, false])
    expect(
      await page.evaluate('[__REACT_DEVTOOLS_GLOBAL_HOOK__.onCommitFiberRoot.length, __REACT_DEVTOOLS_GLOBAL_HOOK__.onCommitFiberRoot.name]'),
    ).toEqual([0, ''])
  }, 60_000)
}
