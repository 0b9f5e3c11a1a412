/**
 * The shop, recorded, as its README starts it: `vite` brings up the collector and the UI, `node --import hindscope/register` starts the
 * API, which finds the collector by `<dataDir>/collector.json`.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startProgram } from './child-program.mjs'
import { freePort } from './free-port.mjs'
import { fromRoot } from './root.mjs'

const SHOP = fromRoot('playground', 'shop')

/** Starts both programs and waits until they answer. `close` stops them; what was recorded stays in `dataDir`. */
export async function startShop({ dataDir, pagePort = 0, apiPort = 0, onLine }) {
  const ports = { page: await freePort(pagePort), api: await freePort(apiPort) }
  const env = { ...process.env, HINDSCOPE_DIR: dataDir, SHOP_API_PORT: String(ports.api), NO_COLOR: '1', FORCE_COLOR: '0' }
  const vite = join(SHOP, 'node_modules', 'vite', 'bin', 'vite.js')
  const page = startProgram('The dev server', [vite, '--port', String(ports.page), '--strictPort', '--host', '127.0.0.1'], { cwd: SHOP, env, onLine })
  let api
  const close = async () => {
    // The API first: its last events need the collector that lives in the dev server.
    await api?.stop()
    await page.stop()
  }
  try {
    const appUrl = `http://127.0.0.1:${ports.page}/`
    const collector = await page.until('the collector was there', () => tryReadCollector(dataDir))
    await page.until('it answered', () => answers(appUrl))
    api = startProgram('The API', ['--import', 'hindscope/register', 'src/api/main.ts'], { cwd: SHOP, env, onLine })
    await api.until('it answered', () => answers(`http://127.0.0.1:${ports.api}/api/categories`))
    return { appUrl, uiUrl: uiUrl(collector), collector, close, ended: Promise.race([page.ended, api.ended]) }
  } catch (error) {
    await close()
    throw error
  }
}

/** Address of the UI at a place: `hash` as the UI writes it, without `#`. */
export function uiUrl(collector, hash = '') {
  const url = new URL(collector.url.replace(/^ws/, 'http'))
  url.pathname = '/'
  url.searchParams.set('token', collector.token)
  url.hash = hash
  return url.href
}

function tryReadCollector(dataDir) {
  const path = join(dataDir, 'collector.json')
  if (!existsSync(path)) return undefined
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined // SAFE: it is being written; the next look finds it whole.
  }
}

async function answers(url) {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(5000) })).ok || undefined
  } catch {
    return undefined // SAFE: not listening yet.
  }
}
