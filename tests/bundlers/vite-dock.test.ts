/** The dock of Vite DevTools, with the package that it is made for. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDevToolsContext } from '@vitejs/devtools'
import hindscope from 'hindscope/vite'
import { createServer } from 'vite'
import type { ViteDevServer } from 'vite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ROOT } from '../architecture/tools.ts'

const dir = mkdtempSync(join(tmpdir(), 'hindscope-dock-'))
let server: ViteDevServer
let port: string

beforeAll(async () => {
  writeFileSync(join(dir, 'index.html'), '<!doctype html><title>Dock</title>')
  server = await createServer({
    configFile: false,
    root: dir,
    logLevel: 'error',
    // The helper of the dock is found where the plugin is installed.
    resolve: { alias: { 'hindscope/in-page': join(ROOT, 'packages/plugin/dist/in-page.mjs') } },
    plugins: [hindscope({ dataDir: join(dir, 'data') })],
  })
  await server.listen(0)
  port = new URL(server.resolvedUrls?.local[0] ?? '').port
})
afterAll(async () => {
  await server?.close()
  rmSync(dir, { recursive: true, force: true })
})

it('has the UI as a panel and the picking of an element as a button', async () => {
  const { docks } = await createDevToolsContext(server.config, server)
  const entries = docks.values().filter(({ id }) => id.startsWith('hindscope'))
  expect(entries.map(({ id, type }) => `${id} ${type}`)).toEqual(['hindscope iframe', 'hindscope-pick action'])
  expect(entries[0]).toMatchObject({ url: '/__hindscope/' })
  expect(entries[1]).toMatchObject({ action: { importFrom: 'hindscope/in-page', importName: 'setupDock' } })
  const script = await fetch(`http://localhost:${port}/@id/hindscope/in-page`)
  expect(script.status).toBe(200)
})

it('leads on to the collector, by the name that the page has, and lets pages of this machine frame it only', async () => {
  const led = await fetch(`http://localhost:${port}/__hindscope/`, { redirect: 'manual' })
  expect(led.status).toBe(302)
  const target = new URL(led.headers.get('location') ?? '')
  expect(target.hostname).toBe('localhost')
  expect(target.searchParams.get('token')).toMatch(/^\w{16,}$/)
  const page = await fetch(target.href.replace('localhost', '127.0.0.1'), { redirect: 'manual' })
  const cookie = page.headers.get('set-cookie')?.split(';')[0] ?? ''
  const ui = await fetch(new URL('/', target.href.replace('localhost', '127.0.0.1')), { headers: { cookie } })
  expect(ui.headers.get('content-security-policy')).toMatch(/frame-ancestors 'self' http:\/\/localhost:\* http:\/\/127\.0\.0\.1:\*/)
})

it('tells its token to nobody else when the dev server is open to others', async () => {
  const address = Object.values(networkInterfaces())
    .flat()
    .find(each => each !== undefined && !each.internal && each.family === 'IPv4')?.address
  expect(address).toBeDefined()
  const open = await createServer({ ...server.config.inlineConfig, server: { host: '0.0.0.0' } })
  try {
    await open.listen(0)
    const at = new URL(open.resolvedUrls?.local[0] ?? '').port
    const own = await fetch(`http://localhost:${at}/__hindscope/`, { redirect: 'manual' })
    expect(own.status).toBe(302)
    const others = await fetch(`http://${address}:${at}/__hindscope/`, { redirect: 'manual' })
    expect([others.status, others.headers.get('location')]).not.toContain(302)
    expect(others.headers.get('location')).toBeNull()
  } finally {
    await open.close()
  }
})

it('is not there where nothing records', async () => {
  const off = await createServer({ configFile: false, root: dir, logLevel: 'error', plugins: [hindscope({ enabled: false })] })
  try {
    const { docks } = await createDevToolsContext(off.config, off)
    expect(docks.values().filter(({ id }) => id.startsWith('hindscope'))).toEqual([])
  } finally {
    await off.close()
  }
})
