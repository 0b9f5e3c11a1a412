import { afterAll, expect, test } from 'vitest'
import { closeBrowser, openApp, recordedBy, rendersOf } from './pages.ts'
import type { AppWish, Recorded } from './pages.ts'

afterAll(closeBrowser)

const RENDERS: Readonly<Record<string, string[]>> = {
  start: [],
  mount: ['App', 'Child', 'Show', 'For', 'Row', 'Row', 'Inner'].map(name => `mount ${name} < mount`),
  count: [
    'update App memo parity: state count < count',
    'update Show memo condition value: state count < count',
    'update App render effect: state count < count',
    'update Child render effect: state count < count',
  ],
  'same value': [],
  odd: [
    'update App memo parity: state count < odd',
    'update Show memo condition value: state count < odd',
    'update App render effect: state count < odd',
    'update Child render effect: state count < odd',
    'update App effect: state parity < odd',
  ],
  'both in a batch': [
    'update App memo parity: state count < both in a batch',
    'update Show memo condition value: state count < both in a batch',
    'update Show memo condition: state condition value < both in a batch',
    'mount Row < both in a batch',
    'update Show memo value: state condition < both in a batch',
    'update App render effect: state count < both in a batch',
    'update root render effect: state value < both in a batch',
    'update Child render effect: state count < both in a batch',
    'update Inner render effect: state signal#0 < both in a batch',
    'update Inner effect: state signal#0 < both in a batch',
  ],
  always: ['update Inner effect watching: state always < always'],
  list: ['unmount Row < list', 'mount Row < list', 'update For memo value: state items < list', 'update root render effect: state value < list'],
  store: ['update Inner render effect: state name < store'],
  throws: [
    'update Show memo condition value: state count < throws',
    'update App memo parity: state count < throws',
    'update root memo: state count < throws',
  ],
  unmount: ['Inner', 'For', 'Row', 'Row', 'Row', 'Show', 'Child', 'App'].map(name => `unmount ${name} < unmount`),
}

const app: AppWish = { app: 'solid-app.js', conditions: ['development', 'browser'] }

async function run(wish: AppWish): Promise<{ readonly log: unknown; readonly said: string[]; readonly recorded: Recorded | undefined }> {
  const { page, said } = await openApp(wish)
  const log = await page.evaluate('run()')
  const recorded = wish.adapter === undefined ? undefined : await recordedBy(page)
  await page.close()
  return { log, said, recorded }
}

test('components, memos and effects, the signals that they ran for and who set these; nothing else differs', async () => {
  const { recorded, ...probed } = await run({ ...app, adapter: 'solid' })
  const { recorded: nothing, ...plain } = await run(app)
  expect(probed).toEqual(plain)
  expect(rendersOf(recorded as Recorded)).toEqual(RENDERS)
  expect(recorded?.errors).toEqual({})
  expect(recorded?.dump).toContain('{operation: "adapter-attached", reason: "solid-js DEV"}')
}, 60_000)

test('DevTools that were there go on being told', async () => {
  const between = `const { handOver } = window
    window.handOver = (adapter, source, dev) => {
      if (source === 'solid-js DEV') dev.hooks.afterCreateOwner = () => { window.owners = (window.owners ?? 0) + 1 }
      handOver(adapter, source, dev)
    }`
  const { page } = await openApp({ ...app, adapter: 'solid', between })
  await page.evaluate('run(["mount"])')
  expect(await page.evaluate('owners')).toBeGreaterThan(10)
}, 60_000)

test('a production build says nothing, and that is told once', async () => {
  const production: AppWish = { ...app, conditions: ['browser'], mode: 'production' }
  const plain = await run(production)
  const { log, said, recorded } = await run({ ...production, adapter: 'solid' })
  expect([log, said]).toEqual([plain.log, plain.said])
  expect(Object.values(rendersOf(recorded as Recorded)).flat()).toEqual([])
  expect(recorded?.errors).toEqual({ 'adapter-unsupported': 2 })
  expect(recorded?.dump).toContain('{operation: "adapter-unsupported", reason: "solid-js DEV"}')
}, 60_000)

test('detached, nothing more is told', async () => {
  const { page } = await openApp({ ...app, adapter: 'solid' })
  await page.evaluate('run(["mount"])')
  await page.evaluate('recorder.uninstall(); more()')
  expect((await recordedBy(page)).dump).not.toContain('reason: "update"')
}, 60_000)
