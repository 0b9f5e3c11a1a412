/** The built page over a real collector: following the live end is a subscription. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startCollector } from '@hindscope/collector'
import type { Collector } from '@hindscope/collector'
import { TraceBuilder } from '@hindscope/testkit'
import { builtPage, launchBrowser } from './page-host.ts'

const trace = new TraceBuilder('f0110'.padEnd(32, '0'))
const realm = trace.realm('page')
let folder: string
let collector: Collector
let browser: Browser
let page: Page

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hindscope-follow-'))
  collector = await startCollector({ dataDir: join(folder, 'data'), session: trace.session, uiDir: await builtPage() })
  browser = await launchBrowser()
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await collector?.close()
  await rm(folder, { recursive: true, force: true })
})

async function record(...chunks: readonly Uint8Array[]): Promise<void> {
  await fetch(`${collector.url}/ingest-beacon?token=${collector.token}`, { method: 'POST', body: Buffer.concat(chunks) })
}

/** So many events in one chunk, from `first` on. */
function logs(first: number, count: number): Uint8Array {
  for (let i = first; i < first + count; i++) realm.at(i * 1000).console('log', [i])
  return realm.seal().eventBytes().at(-1) as Uint8Array
}

const soon = <T>(read: () => T) => expect.poll(read, { timeout: 20_000 })
const moment = (): Promise<string | null> => page.getByTestId('moment').textContent()

it('keeps the moment at the newest event, however many come, while it is asked to', async () => {
  await record(realm.definitionsBytes(), logs(0, 10))
  page = await browser.newPage()
  await page.goto(`${collector.url}/?token=${collector.token}`)
  await page.getByText('connected', { exact: true }).waitFor()
  await page.getByTestId('live-toggle').click()
  await soon(moment).toBe('0.9')
  await soon(() => collector.liveStats.subscriptions).toBe(1)
  await record(logs(10, 5000))
  await soon(moment).toBe('0.5009')
  await record(logs(5010, 1))
  await soon(moment).toBe('0.5010')
  expect(collector.liveStats.sent).toBeLessThan(10)
  await page.getByTestId('live-toggle').click()
  await soon(() => collector.liveStats.subscriptions).toBe(0)
  await record(logs(5011, 1))
  await soon(() => page.getByTestId('status-events').textContent()).toBe('5012')
  expect(await moment()).toBe('0.5010')
}, 60_000)
