import { afterAll, expect, test } from 'vitest'
import { closeBrowser, openApp, recordedBy } from './pages.ts'
import type { AppWish } from './pages.ts'

afterAll(closeBrowser)

const app = { app: 'page-app.js' } as const
/** A browser without the Navigation API, and without long animation frames. */
const OLDER = `delete window.navigation
const { observe } = PerformanceObserver.prototype
const types = PerformanceObserver.supportedEntryTypes.filter(type => type !== 'long-animation-frame')
Object.defineProperty(PerformanceObserver, 'supportedEntryTypes', { get: () => types, configurable: true })`

interface Ran {
  readonly log: unknown
  readonly said: string[]
  readonly lines: readonly string[]
  readonly errors: object
}

async function run(wish: AppWish): Promise<Ran> {
  const { page, said } = await openApp(wish)
  const log = await page.evaluate('run()')
  await page.click('#slow')
  await page.waitForTimeout(300)
  const recorded = wish.adapter === undefined ? undefined : await recordedBy(page)
  await page.close()
  const lines = recorded?.dump.split('\n').filter(line => /^metric|^lifecycle/.test(line)) ?? []
  return { log, said, lines, errors: recorded?.errors ?? {} }
}

const named = (lines: readonly string[], name: string): string[] => lines.filter(line => line.includes(`{name: "${name}"`))
const NUMBER = String.raw`[\d.]+`

test('vitals, long frames, navigations and forms; the page does what it did', async () => {
  const plain = await run(app)
  const { log, said, lines, errors } = await run({ ...app, adapter: 'page' })
  expect([log, said, errors]).toEqual([plain.log, plain.said, {}])
  for (const name of ['TTFB', 'FCP', 'LCP'])
    expect(named(lines, name)[0]).toMatch(new RegExp(`^metric → \\{name: "${name}", value: ${NUMBER}, unit: "ms", rating: "[a-z ]+"`))
  expect(named(lines, 'LCP')[0]).toContain('element: "h1#title.large"')
  expect(named(lines, 'CLS').at(-1)).toMatch(new RegExp(`value: 0${NUMBER}, unit: "", rating: "[a-z ]+", elements: \\["`))
  const [interaction] = named(lines, 'INP').slice(-1)
  expect(Number(/value: (\d+)/.exec(interaction ?? '')?.[1])).toBeGreaterThan(110)
  expect(interaction).toMatch(
    new RegExp(`event: "(pointer|mouse|click)\\w*", element: "button#slow", startMs: ${NUMBER}, delayMs: ${NUMBER}, listenersMs: ${NUMBER}`),
  )
  const frames = named(lines, 'long frame')
  expect(frames.some(line => line.includes('invoker: "BUTTON#slow.onclick"') && line.includes('/app.js'))).toBe(true)
  expect(named(lines, 'navigation').map(line => line.replace(/^lifecycle( #\d+)? → \{name: "navigation", /, '$1 '))).toEqual([
    ' #1 kind: "push", to: "http://app.test/shop?page=2", from: "http://app.test/"}',
    ' #2 kind: "replace", to: "http://app.test/shop?page=3", from: "http://app.test/shop?page=2"}',
    ' #3 kind: "push", to: "http://app.test/shop?page=3#part", from: "http://app.test/shop?page=3"}',
    ' kind: "traverse", to: "http://app.test/shop?page=3", from: "http://app.test/shop?page=3#part"}',
  ])
  expect(named(lines, 'form')).toEqual([
    'lifecycle #6 → {name: "form", form: "form#login", by: "button.go", fields: {user: "ann", password: <redacted password>, nonce: <redacted plan>, stay: true, plan: "b", language: "en", note: "hello", tag: ["x", "y"], elements: "shadows", code: <redacted plan>}} [redacted]',
  ])
}, 60_000)

test('an older browser tells of navigations and long tasks too', async () => {
  const plain = await run({ ...app, before: OLDER })
  const { log, lines, errors } = await run({ ...app, before: OLDER, adapter: 'page' })
  expect([log, errors]).toEqual([plain.log, {}])
  expect(named(lines, 'navigation').map(line => /kind: "(\w+)"/.exec(line)?.[1])).toEqual(['push', 'replace', 'traverse', 'traverse'])
  expect(named(lines, 'long frame')).toEqual([])
  expect(named(lines, 'long task').length).toBeGreaterThan(0)
}, 60_000)

test('detaching leaves nothing', async () => {
  const { page } = await openApp({ ...app, before: 'delete window.navigation', between: 'recorder.uninstall()', adapter: 'page' })
  expect(await page.evaluate('String(history.pushState)')).toBe('function pushState() { [native code] }')
  await page.evaluate('run(["push", "submit"])')
  const { dump } = await recordedBy(page)
  expect(dump).not.toMatch(/"navigation"|"form"/)
}, 60_000)
