/** Secrets that enter a page: none of them is in the bytes that leave it. */
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { CHROMIUM_ARGS, ensureChromium } from '@hindscope/testkit/chromium'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { POSITIONS, createRandom, leaksOf, textOf, tokenText } from './planted-secrets.ts'

const dist = (file: string): string => fileURLToPath(new URL(`../../packages/runtime/dist/${file}`, import.meta.url))
let server: Server
let browser: Browser

beforeAll(async () => {
  const bundle = await build({
    stdin: {
      contents: `export { start } from ${JSON.stringify(dist('start.mjs'))}; export { h } from ${JSON.stringify(dist('hook.mjs'))}`,
      resolveDir: '/',
    },
    bundle: true,
    format: 'iife',
    globalName: 'runtime',
    platform: 'browser',
    write: false,
    logLevel: 'silent',
  })
  const script = bundle.outputFiles[0]?.text ?? ''
  const page = '<!doctype html><title>t</title><input id="password" type="password"><input id="plain">'
  server = createServer((request, response) => void response.end(request.url === '/runtime.js' ? script : page))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  browser = await chromium.launch({ executablePath: await ensureChromium(), args: [...CHROMIUM_ARGS] })
})
afterAll(async () => {
  await browser.close()
  server.close()
})

test('passwords, cookies, queries, headers and tokens of a page are in no trace', async () => {
  const random = createRandom(Number(process.env['FC_SEED'] ?? 20_261_122))
  const plain = (): string => textOf(random, 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456789', 20)
  const [password, cookie, query, header] = [plain(), plain(), plain(), plain()]
  const tokens = Array.from({ length: 5 }, () => tokenText(random))
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/?access_token=${query}&page=2`)
  await page.evaluate(`document.cookie = 'sid=${cookie}'`)
  await page.addScriptTag({ url: '/runtime.js' })
  await page.evaluate(`
    recorder = runtime.start({ config: { flushMs: 50 } }); H = runtime.h
    L = H.m('00000000000000aa', '3'); B = H.b
    f = value => { const F = L[0] ? H.e(L[0], 1, value) : 0; return H.r(F, value) }
    records = s => { ${POSITIONS.filter(position => !position.includes('Buffer'))
      .map(position => `f(${position})`)
      .join('; ')} }
    document.getElementById('password').addEventListener('input', event => { f(event.target.value); f({ typed: event.target.value }) })`)
  await page.fill('#password', password)
  await page.evaluate(`
    for (const s of ${JSON.stringify([...tokens])}) records(s)
    records(document.getElementById('password').value); records(document.cookie.slice(4)); f(document.cookie)
    records(new URL(location.href).searchParams.get('access_token')); f(location.href)`)
  await page.evaluate(`fetch('/x?access_token=${query}', { headers: { Authorization: 'Bearer ${header}' } }).then(() => records('${header}'))`)
  const chunks = (await page.evaluate('recorder.chunks().map(chunk => [...chunk])')) as number[][] // SAFE: what the expression gives
  const bytes = new Uint8Array(chunks.flat())
  expect(bytes.length).toBeGreaterThan(5000)
  expect(Buffer.from(bytes).includes('page=2')).toBe(true)
  for (const secret of [password, cookie, query, header, ...tokens]) expect(leaksOf(secret, bytes)).toEqual([])
})
