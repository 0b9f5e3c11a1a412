import { afterAll, expect, test } from 'vitest'
import { closeBrowser, openApp, recordedBy, rendersOf } from './pages.ts'
import type { AppWish, Recorded } from './pages.ts'

afterAll(closeBrowser)

const app = {
  app: 'vue-app.js',
  define: { __VUE_OPTIONS_API__: 'true', __VUE_PROD_DEVTOOLS__: 'false', __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false' },
} as const

const RENDERS: Readonly<Record<string, string[]>> = {
  start: [],
  mount: [
    'mount App < mount',
    'mount Child < mount',
    'mount Plain < mount',
    'mount Slotted < mount',
    'mount OwnState < mount',
    'mount Options < mount',
    'mount Injected < mount',
    'mount Throws < mount',
    'mount Plain key=a < mount',
    'mount Plain key=b < mount',
    'mount Plain key=c < mount',
  ],
  count: ['update App: state count, computed < count', 'update Child: props b, onPicked < count', 'update Slotted: parent < count'],
  emit: ['update App: state count, computed < emit', 'update Child: props b, onPicked < emit', 'update Slotted: parent < emit'],
  'same value': [],
  'own ref twice': ['update OwnState: state own < own ref twice'],
  reactive: ['update OwnState: state 1, k < reactive'],
  shallow: ['update OwnState: state shallow < shallow'],
  options: ['update Options: state computed, deep < options'],
  inject: ['update Injected: state ref < inject'],
  list: ['update App: state items < list', 'update Slotted: parent < list', 'unmount Plain key=b < list', 'mount Plain key=d < list'],
  error: ['update Throws: state ref < error'],
  suspend: ['update App: state isOpen < suspend', 'update Slotted: parent < suspend'],
  arrive: ['mount Late'],
  unmount: 'Child,Plain,Slotted,OwnState,Options,Injected,Throws,Plain key=c,Plain key=a,Plain key=d,Late,App'
    .split(',')
    .map(each => `unmount ${each} < unmount`),
}

const HOOK = `{ enabled: false, cleanupBuffer: () => false, emit(event, ...args) {
  window.devtoolsCalls.push([event, this === window.__VUE_DEVTOOLS_GLOBAL_HOOK__, ...args.map(arg => typeof arg === 'object' ? arg?.uid : String(arg).replace(/^[\\d.]+$/, '#'))].join(' '))
} }`
/** DevTools as they are told: from the beginning, or when the app has run for a while. */
const EARLY = `window.devtoolsCalls = []; window.__VUE_DEVTOOLS_GLOBAL_HOOK__ = ${HOOK}`
const LATE = `window.devtoolsCalls = []; window.comeLate = () => {
  window.__VUE_DEVTOOLS_GLOBAL_HOOK__ = ${HOOK}
  window.__VUE_DEVTOOLS_HOOK_REPLAY__.forEach(take => take(window.__VUE_DEVTOOLS_GLOBAL_HOOK__))
  window.__VUE_DEVTOOLS_HOOK_REPLAY__ = []
}`

interface Ran {
  readonly log: unknown
  readonly said: string[]
  readonly devtools: unknown
  readonly recorded: Recorded | undefined
}

async function run(wish: AppWish): Promise<Ran> {
  const { page, said } = await openApp(wish)
  const log = await page.evaluate('run()')
  const recorded = wish.adapter === undefined ? undefined : await recordedBy(page)
  const devtools = await page.evaluate('window.devtoolsCalls')
  await page.close()
  return { log, said, recorded, devtools }
}

test.each([
  ['no DevTools', ''],
  ['DevTools from the beginning', EARLY],
  ['DevTools that come late', LATE],
])(
  'renders and what they are from, with %s; nothing else differs',
  async (_, before) => {
    const { recorded, ...probed } = await run({ ...app, before, adapter: 'vue' })
    const { recorded: nothing, ...plain } = await run({ ...app, before })
    expect(probed).toEqual(plain)
    expect(plain.devtools === undefined || (plain.devtools as string[]).filter(call => call.startsWith('component:added')).length === 13).toBe(true)
    expect(rendersOf(recorded as Recorded)).toEqual(RENDERS)
    expect(recorded?.errors).toEqual({})
    expect(recorded?.dump).toContain('{operation: "adapter-attached", reason: "vue createApp"}')
    expect(recorded?.dump).toMatch(/activity-end #\d+ render → \{selfMs: [\d.]+\}/)
  },
  60_000,
)

test('a production build says nothing, and that is told', async () => {
  const plain = await run({ ...app, mode: 'production' })
  const { log, said, recorded } = await run({ ...app, adapter: 'vue', mode: 'production' })
  expect([log, said]).toEqual([plain.log, plain.said])
  expect(Object.values(rendersOf(recorded as Recorded)).flat()).toEqual([])
  expect(recorded?.errors).toEqual({ 'adapter-unsupported': 1 })
  expect(recorded?.dump).toContain('{operation: "adapter-unsupported", reason: "vue createApp"}')
}, 60_000)

test('production builds with DevTools support tell of components without times', async () => {
  const define = { ...app.define, __VUE_PROD_DEVTOOLS__: 'true' }
  const { recorded } = await run({ ...app, define, adapter: 'vue', mode: 'production' })
  const renders = rendersOf(recorded as Recorded)
  const lines = (step: string): string[] => (renders[step] ?? []).map(line => line.replace(/ <.*/, '')).sort()
  expect(lines('mount')).toEqual((RENDERS['mount'] ?? []).map(line => line.replace(/ <.*/, '')).sort())
  expect(lines('count')).toEqual(['update App', 'update Child: props b, onPicked', 'update Slotted'])
  expect(lines('own ref twice')).toEqual(['update OwnState'])
  expect(recorded?.dump).toMatch(/activity-end #\d+ render → \{\}/)
}, 60_000)

test('detaching leaves nothing', async () => {
  const { page } = await openApp({ ...app, adapter: 'vue' })
  await page.evaluate('run(["mount", "own ref twice"])')
  const left = `[window.__VUE_DEVTOOLS_HOOK_REPLAY__.length, document.querySelector('em').__vueParentComponent.effect.onTrigger === undefined]`
  expect(await page.evaluate(left)).toEqual([2, false])
  await page.evaluate('recorder.uninstall(); more()')
  expect(await page.evaluate(left)).toEqual([1, true])
  const { dump } = await recordedBy(page)
  expect(dump.match(/component: "OwnState"/g)).toHaveLength(2)
}, 60_000)
