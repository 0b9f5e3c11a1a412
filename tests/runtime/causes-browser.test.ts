/** Causes in a real page: handlers, observers, requests, sockets' kin, ports and a worker, with nothing about them changed. */
import { createServer } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { decodeEvents, formatEvent } from '@hindscope/testkit'
import { CHROMIUM_ARGS, ensureChromium } from '@hindscope/testkit/chromium'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

const dist = (file: string): string => fileURLToPath(new URL(`../../packages/runtime/dist/${file}`, import.meta.url))
const WORKER = `onmessage = event => { const { id, port } = event.data; port?.postMessage('by port ' + id); postMessage('back ' + id) }`

let server: Server
let browser: Browser
let page: Page
let origin: string
const requests: { url: string; headers: IncomingMessage['headers'] }[] = []

beforeAll(async () => {
  const bundle = await build({
    stdin: {
      contents: `export { start } from ${JSON.stringify(dist('page/start.mjs'))}; export { h } from ${JSON.stringify(dist('page/hook.mjs'))}`,
      resolveDir: '/',
    },
    bundle: true,
    format: 'iife',
    globalName: 'runtime',
    platform: 'browser',
    write: false,
    logLevel: 'silent',
  })
  const files: Readonly<Record<string, readonly [string, string]>> = {
    '/': ['text/html', '<!doctype html><button id="buy">Buy</button>'],
    '/runtime.js': ['text/javascript', bundle.outputFiles[0]?.text ?? ''],
    '/worker.js': ['text/javascript', WORKER],
    '/events': ['text/event-stream', 'data: told\n\n'],
  }
  server = createServer((request, response) => {
    const [type, text] = files[request.url ?? ''] ?? ['text/plain', 'ok']
    requests.push({ url: request.url ?? '', headers: request.headers })
    response.setHeader('content-type', type).end(text)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  browser = await chromium.launch({ executablePath: await ensureChromium(), args: [...CHROMIUM_ARGS] })
})
afterAll(async () => {
  await browser.close()
  server.close()
})
beforeEach(async () => {
  requests.length = 0
  page = await browser.newPage()
  await page.goto(origin)
  await page.addScriptTag({ url: '/runtime.js' })
  await page.evaluate(`
    natives = [MessageChannel, Worker, MutationObserver].map(each => [each.name, each.length, String(each)])
    recorder = runtime.start(); H = runtime.h
    L = H.m('00000000000000aa', '3'); B = H.b
    f = (value, then) => { const F = L[0] ? H.e(L[0], 1, value) : 0; then?.(); return H.r(F, value) }`)
})

/** Which call or activity stands at the top of the chain of the call with this argument. */
async function tops(names: readonly string[]): Promise<Readonly<Record<string, string | undefined>>> {
  const bytes = (await page.evaluate('recorder.chunks().map(chunk => [...chunk])')) as number[][] // SAFE: what the expression gives
  const events = decodeEvents(bytes.map(chunk => new Uint8Array(chunk)))
  const starts = events.filter(({ kind }) => kind === 'call-enter' || kind === 'callEnter' || kind === 'activity-start' || kind === 'activityStart')
  const topOf = (call: number): string | undefined => {
    const start = starts.find(event => event.call === call)
    return start === undefined || start.link === 0 ? start && formatEvent(start).replace(/^.*?\(|\)$/g, '') : topOf(start.link)
  }
  return Object.fromEntries(
    names.map(name => {
      const call = starts.find(event => formatEvent(event).endsWith(`("${name}")`))
      return [name, call && topOf(call.call)]
    }),
  )
}

test('what a call sets going leads back to it', async () => {
  const names = ['xhr handler', 'xhr listener', 'port', 'mutation', 'image', 'told', 'worker', 'worker port', 'reader', 'posted']
  await page.evaluate(`f('root', () => {
    const xhr = new XMLHttpRequest(); xhr.onload = () => f('xhr handler'); xhr.addEventListener('load', () => f('xhr listener')); xhr.open('GET', '/xhr'); xhr.send()
    const { port1, port2 } = new MessageChannel(); port2.onmessage = () => f('port'); port1.postMessage(1)
    new MutationObserver(() => f('mutation')).observe(document.body, { attributes: true }); document.body.id = 'x'
    const image = new Image(); image.onerror = () => f('image'); image.src = 'data:,'
    source = new EventSource('/events'); source.onmessage = () => { f('told'); source.close() }
    worker = new Worker('/worker.js'); worker.onmessage = () => f('worker')
    const pair = new MessageChannel(); pair.port2.onmessage = () => f('worker port'); worker.postMessage({ id: 1, port: pair.port1 }, [pair.port1])
    const reader = new FileReader(); reader.onload = () => f('reader'); reader.readAsText(new Blob(['x']))
    scheduler.postTask(() => f('posted'))
  })`)
  await page.waitForTimeout(600)
  const found = await tops(names)
  // What another realm sends begins there.
  const own = Object.fromEntries(names.filter(name => !name.startsWith('worker')).map(name => [name, '"root"']))
  expect(found).toMatchObject(own)
  expect(requests.find(({ url }) => url === '/xhr')?.headers['traceparent']).toMatch(/^00-/)
})

test('messages between two chains are those of their senders', async () => {
  await page.evaluate(`
    const { port1, port2 } = new MessageChannel(); port2.onmessage = ({ data }) => f('got ' + data)
    for (const name of ['a', 'b', 'c']) f(name, () => port1.postMessage(name))`)
  await page.waitForTimeout(100)
  expect(await tops(['got a', 'got b', 'got c'])).toEqual({ 'got a': '"a"', 'got b': '"b"', 'got c': '"c"' })
})

test('handlers, classes and messages are what they were', async () => {
  const seen = await page.evaluate(`(async () => {
    const button = document.getElementById('buy'); const clicked = function (event) { return [this === button, arguments.length] }
    button.onclick = clicked
    const results = [button.onclick === clicked, (button.onclick = null) === null, button.onclick]
    button.onclick = () => false; let prevented; button.addEventListener('click', event => { prevented = event.defaultPrevented }); button.click(); results.push(prevented)
    let errorArgs; window.onerror = (...args) => { errorArgs = args.length; return true }; setTimeout(() => { throw new Error('x') }); await new Promise(r => setTimeout(r, 20)); results.push(errorArgs)
    window.onerror = null
    results.push(JSON.stringify([MessageChannel, Worker, MutationObserver].map(each => [each.name, each.length, String(each)])) === JSON.stringify(natives))
    const channel = new MessageChannel(); results.push(channel.constructor === MessageChannel, channel instanceof MessageChannel, Object.getOwnPropertyNames(channel).length)
    class Mine extends MutationObserver {}; results.push(new Mine(() => {}) instanceof Mine, Object.getPrototypeOf(Mine) === MutationObserver)
    try { MessageChannel() } catch (error) { results.push(error.constructor.name) }
    const worker = new Worker('/worker.js'); let count = 0; worker.addEventListener('message', () => count++); worker.postMessage({ id: 1 }); await new Promise(r => setTimeout(r, 300)); results.push(count)
    return results
  })()`)
  expect(seen).toEqual([true, true, null, true, 5, true, true, true, 0, true, true, 'TypeError', 1])
})
