/** The page without any server: one HTML file from the disk, and static files from a server that knows no API. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { startCollector } from '@hindscope/collector'
import type { Collector, CollectorOptions } from '@hindscope/collector'
import { TraceBuilder } from '@hindscope/testkit'
import { bytesOf, chunkBytesOf } from '../trace-bytes.ts'
import { builtPage, contentType, faultsOf, launchBrowser, until } from './page-host.ts'
import { shopTrace } from './shop-trace.ts'

/** Several pages' worth of a browser on a busy machine. */
vi.setConfig({ testTimeout: 60_000 })

const trace = shopTrace(20)
const shop = { name: 'shop.hscope', bytes: bytesOf(trace) }
let dist: string
let server: Server
let browser: Browser
let page: Page
/** What the page said to the console as errors or asked a server for. */
let trouble: string[] = []

beforeAll(async () => {
  dist = await builtPage()
  server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://page').pathname
    if (path.includes('/api/')) return void response.writeHead(405).end('<h1>405 Not Allowed</h1>')
    const asked = path.replace('/deep/path', '')
    const name = asked === '/' ? 'index.html' : asked
    readFile(join(dist, name)).then(
      text =>
        response
          .writeHead(200, {
            'content-type': contentType(name),
            'content-security-policy': "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:",
          })
          .end(text),
      () => response.writeHead(404).end('not found'),
    )
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  browser = await launchBrowser()
}, 60_000)
afterAll(async () => {
  await browser?.close()
  server?.closeAllConnections()
  server?.close()
})
afterEach(async () => {
  await page?.close()
})

const single = (): string => pathToFileURL(join(dist, 'hindscope.html')).href
const served = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/deep/path/`

async function open(address: string, size = { width: 1440, height: 900 }): Promise<void> {
  page = await browser.newPage({ viewport: size })
  page.setDefaultTimeout(10_000)
  trouble = []
  page.on('console', message => message.type() === 'error' && trouble.push(message.text()))
  page.on('pageerror', error => trouble.push(String(error)))
  await page.goto(address)
}

interface Dropped {
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer>
  /** So many times the bytes, one after the other. */
  readonly times?: number
}
/** As a file manager does it: over the page, then let go. */
async function drop({ name, bytes, times = 1 }: Dropped): Promise<void> {
  const base64 = Buffer.from(bytes).toString('base64')
  await page.evaluate(
    ({ name, base64, times }) => {
      const part = Uint8Array.from(atob(base64), character => character.charCodeAt(0))
      const data = new DataTransfer()
      data.items.add(new File(Array(times).fill(new Blob([part])), name))
      for (const type of ['dragenter', 'dragover', 'drop'])
        document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }))
    },
    { name, base64, times },
  )
}
const text = (testId: string): Promise<string | null> => page.getByTestId(testId).first().textContent()

const findings = (): Promise<readonly string[]> => faultsOf(page)

/** Steps, values and the address, with the shop trace open. */
async function looksAround(): Promise<void> {
  await page.locator('.problem-here').waitFor()
  await until(() => text('values').then(values => values?.includes('RangeError: total is not a number')), true)
  expect(await text('file-name')).toBe('shop.hscope')
  expect(await text('status-events')).toBe('300')
  const before = await text('moment')
  await page.getByTestId('step-next').click()
  await until(() => text('moment').then(now => now !== before), true)
  await until(async () => page.url().includes(`t=shop.hscope~${shop.bytes.length}~`), true)
}

describe.each([
  ['one file from the disk', single],
  ['static files', served],
])('%s', (_, address) => {
  it('asks for a trace, opens it, steps through it and closes it', async () => {
    await open(address())
    await page.getByTestId('file-home').waitFor()
    await until(() => page.getByTestId('no-collector').count(), address === served ? 1 : 0)
    if (address === single) expect(await findings()).toEqual([])
    await drop(shop)
    await looksAround()
    await page.getByTestId('close-file').click()
    await page.getByTestId('file-home').waitFor()
    expect(await page.getByTestId('file-name').count()).toBe(0)
    await page.goBack()
    await until(() => text('file-name'), 'shop.hscope')
    expect(trouble.filter(line => !/405|WebSocket/.test(line))).toEqual([])
    // A page that is loaded anew has no file: it says which one, and with it goes where the link points.
    await page.getByTestId('step-last').click()
    await until(async () => page.url().includes(`m=${await text('moment')}`), true)
    const moment = await text('moment')
    await page.reload()
    expect(await text('file-wanted')).toContain('shop.hscope')
    await drop(shop)
    await until(() => text('file-name'), 'shop.hscope')
    expect(await text('moment')).toBe(moment)
    expect(await page.locator('.notice').count()).toBe(0)
  })
})

describe('bad input', () => {
  const utf8 = (words: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(words))
  const newer = (): Uint8Array<ArrayBuffer> => {
    const bytes = bytesOf(trace)
    for (let at = 0; at < bytes.length - 6; at++)
      if (/^HS(CK|BK|IX)$/.test(Buffer.from(bytes.subarray(at, at + 4)).toString('latin1'))) bytes[at + 4] = 99
    return bytes
  }

  it('each kind has its message and a way on, and what was open stays', async () => {
    await open(single())
    // Not by dropping, for once.
    page.on('filechooser', chooser => void chooser.setFiles({ name: shop.name, mimeType: '', buffer: Buffer.from(shop.bytes) }))
    await page.getByTestId('file-home').waitFor()
    await page.keyboard.press('Control+o')
    await page.locator('.problem-here').waitFor()
    const first = await text('moment')
    await page.getByTestId('step-next').click()
    await until(() => text('moment').then(now => now !== first), true)
    const moment = await text('moment')
    const cases: readonly (readonly [Dropped, string])[] = [
      [{ name: 'notes.txt', bytes: utf8('some notes, no trace') }, 'ui-file-not-trace'],
      [{ name: 'empty.hscope', bytes: utf8('') }, 'ui-file-empty'],
      [{ name: 'newer.hscope', bytes: newer() }, 'ui-file-newer'],
      [{ name: 'huge.hscope', bytes: new Uint8Array(1 << 20), times: 2049 }, 'ui-file-too-large'],
    ]
    for (const [file, code] of cases) {
      await drop(file)
      await page.getByTestId('open-failed').locator('code', { hasText: code }).waitFor()
      expect(await text('open-failed')).toContain(file.name)
    }
    expect(await findings()).toEqual([])
    await page.getByRole('button', { name: 'Go on without it' }).click()
    await until(() => text('moment'), moment)
    expect(await text('file-name')).toBe('shop.hscope')
  })

  it('opens what was cut off or damaged, and lists what is missing; a link to a moment that is not there says so', async () => {
    // The link points where neither of them has anything.
    await open(`${single()}#v=1&m=0.4000`, { width: 480, height: 800 })
    const bytes = chunkBytesOf(trace)
    await drop({ name: 'cut.hscope', bytes: bytes.slice(0, -40) })
    await page.getByTestId('partial').waitFor()
    expect(await text('partial')).toContain('cut.hscope is cut off after')
    const damaged = bytes.slice()
    const at = damaged.lastIndexOf(0x48, damaged.length - 500) + 200
    damaged[at] = (damaged[at] ?? 0) ^ 0xff
    await drop({ name: 'hit.hscope', bytes: damaged })
    await page.getByTestId('partial').filter({ hasText: 'ui-file-damaged' }).waitFor()
    await page.getByText('Where', { exact: true }).click()
    expect(await text('damage')).toMatch(/^Byte .*chunk-checksum/)
    expect(await findings()).toEqual([])
    await page.getByRole('button', { name: 'Dismiss' }).first().click()
    await until(() => page.getByTestId('partial').count(), 0)
    expect(await text('moment-missing')).toContain('There is no event 0.4000')
    await page.getByRole('button', { name: 'Go to a moment that is there' }).click()
    await until(() => page.getByTestId('moment-missing').count(), 0)
    await until(async () => (await text('moment'))?.startsWith('1.'), true)
  })
})

describe('beside a collector', () => {
  let folder: string
  let collector: Collector | undefined
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hindscope-beside-'))
  })
  afterEach(async () => {
    await collector?.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** With one session of one event, whose page is open. */
  async function start(options: Partial<CollectorOptions> = {}): Promise<Collector> {
    collector = await startCollector({ dataDir: folder, session: recorded.session, uiDir: dist, ...options })
    return collector
  }
  const recorded = new TraceBuilder('c0'.repeat(16))
  const realm = recorded.realm('page')
  realm.at(1).console('log', ['hello'])
  async function openRecorded(): Promise<Collector> {
    const running = await start()
    await fetch(`${running.url}/ingest-beacon?token=${running.token}`, {
      method: 'POST',
      body: Buffer.concat([realm.definitionsBytes(), ...realm.seal().eventBytes()]),
    })
    await open(`${running.url}/?token=${running.token}`)
    await until(() => text('moment'), '0.0')
    return running
  }

  it('closing the file goes back to the session of the collector, and to the moment there', async () => {
    await openRecorded()
    await drop(shop)
    await looksAround()
    await page.getByTestId('close-file').click()
    await until(() => page.getByTestId('session-picker').inputValue(), recorded.session)
    expect(await text('moment')).toBe('0.0')
    expect(page.url()).not.toContain('t=')
  })

  it('what the collector said stays when it goes away, and goes on when it is back', async () => {
    const { url, token, close } = await openRecorded()
    await page.getByText('connected', { exact: true }).waitFor()
    await close()
    await page.getByTestId('offline').waitFor()
    expect(await text('values')).toContain('hello')
    await page.getByTestId('offline').getByRole('button', { name: 'Retry' }).click()
    expect(await text('offline')).toContain('The collector no longer answers')
    // It is found again by itself, too.
    await start({ port: Number(new URL(url).port), token })
    await expect.poll(() => page.getByTestId('offline').count(), { timeout: 20_000 }).toBe(0)
    await page.getByText('connected', { exact: true }).waitFor()
  })
})
