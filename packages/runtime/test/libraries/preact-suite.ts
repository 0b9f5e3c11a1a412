/** What must hold of every Preact that the adapter knows. */
import { expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { openApp, recordedBy, rendersOf } from './pages.ts'

/** Preact tells of a component when all below it is done. */
const RENDERS: Readonly<Record<string, string[]>> = {
  start: [],
  mount: 'Plain,Shown,Counter,Klass,Themed,Static,Provider,Row key=a,Row key=b,Row key=c,List,Throws,Boundary,Twice,App'
    .split(',')
    .map(each => `mount ${each} < mount`),
  state: ['update Plain: parent < state', 'update Shown: props b < state', 'update Counter: state state#0 < state'],
  'reducer twice': ['update Plain: parent < reducer twice', 'update Counter: state state#1 < reducer twice'],
  'same state': [],
  'class state': ['update Klass: state m < class state'],
  force: ['update Klass: state < force'],
  context: ['update Provider: state state#0 < context', 'update Themed: context Theme'],
  list: [
    'unmount Row key=b < list',
    'update Row key=c: parent < list',
    'update Row key=a: parent < list',
    'mount Row key=d < list',
    'update List: state state#0 < list',
  ],
  error: ['unmount Throws', 'update Boundary caught: state error'],
  parent: [
    'update Plain: parent < parent',
    'update Counter: parent < parent',
    'update Klass: parent < parent',
    'update Provider: parent < parent',
    'update Row key=c: parent < parent',
    'update Row key=a: parent < parent',
    'update Row key=d: parent < parent',
    'update List: parent < parent',
    'update Boundary: props children < parent',
    'update Twice: parent < parent',
    'update App: state < parent',
  ],
  unmount: 'App,Counter,Plain,Shown,Klass,Provider,Static,Themed,List,Row key=c,Row key=a,Row key=d,Boundary,Twice'
    .split(',')
    .map(each => `unmount ${each} < unmount`),
}

export function testPreact(modules: Readonly<Record<string, string>> = {}): void {
  const app = { app: 'preact-app.jsx', jsxImportSource: 'preact', modules } as const

  test('renders and what they are from; nothing else differs, and detaching leaves nothing', async () => {
    const look = async (page: Page): Promise<unknown[]> => [
      await page.evaluate('run()'),
      await page.evaluate('setStateName'),
      await page.evaluate('root.innerHTML'),
    ]
    const plain = await openApp(app)
    const untouched = await plain.page.evaluate('[optionsNow(), setStateNow()]')
    const seen = [...(await look(plain.page)), plain.said]
    await plain.page.close()
    const { page, said } = await openApp({ ...app, adapter: 'preact' })
    expect(await page.evaluate('[optionsNow(), setStateNow()]')).not.toEqual(untouched)
    expect([...(await look(page)), said]).toEqual(seen)
    const recorded = await recordedBy(page)
    expect(rendersOf(recorded)).toEqual(RENDERS)
    expect(recorded.errors).toEqual({})
    expect(recorded.dump).toContain('{operation: "adapter-attached", reason: "preact options"}')
    expect(recorded.dump).toMatch(/activity-end #\d+ render → \{durationMs: [\d.]+, selfMs: [\d.]+\}/)
    await page.evaluate('recorder.uninstall(); more()')
    expect(await page.evaluate('root.innerHTML')).toBe('<i>plain</i>')
    expect((await recordedBy(page)).dump.match(/ render → \{library/g)).toHaveLength(Object.values(RENDERS).flat().length)
    expect(await page.evaluate('[optionsNow(), setStateNow()]')).toEqual(untouched)
  }, 60_000)
}
