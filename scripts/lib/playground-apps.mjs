/**
 * Playground apps with a page and an API, recorded, as their READMEs start them: `vite` brings up the collector and the UI, `node --import
 * hindscope/register` starts the API, which finds the collector by `<dataDir>/collector.json`.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startProgram } from './child-program.mjs'
import { freePort } from './free-port.mjs'
import { fromRoot } from './root.mjs'

/** Folder, the environment variable that moves the API, and what the API answers once it is there. */
const SHOP = { cwd: fromRoot('playground', 'shop'), portVariable: 'SHOP_API_PORT', ready: '/api/categories' }
const TASKS = { cwd: fromRoot('playground', 'tasks'), portVariable: 'TASKS_API_PORT', ready: '/api/tasks' }

export const startShop = options => startApp(SHOP, options)
/** `databaseUrl`: an empty PostgreSQL. */
export const startTasks = ({ databaseUrl, ...options }) => startApp(TASKS, { ...options, env: { DATABASE_URL: databaseUrl } })

/** Starts both programs and waits until they answer. `close` stops them; what was recorded stays in `dataDir`. */
async function startApp({ cwd, portVariable, ready }, { dataDir, pagePort = 0, apiPort = 0, onLine, env: more = {} }) {
  const ports = { page: await freePort(pagePort), api: await freePort(apiPort) }
  const env = { ...process.env, ...more, HINDSCOPE_DIR: dataDir, [portVariable]: String(ports.api), NO_COLOR: '1', FORCE_COLOR: '0' }
  const vite = join(cwd, 'node_modules', 'vite', 'bin', 'vite.js')
  const page = startProgram('The dev server', [vite, '--port', String(ports.page), '--strictPort', '--host', '127.0.0.1'], { cwd, env, onLine })
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
    api = startProgram('The API', ['--import', 'hindscope/register', 'src/api/main.ts'], { cwd, env, onLine })
    await api.until('it answered', () => answers(`http://127.0.0.1:${ports.api}${ready}`))
    return { appUrl, uiUrl: uiUrl(collector), collector, close, ended: Promise.race([page.ended, api.ended]) }
  } catch (error) {
    await close()
    throw error
  }
}

const NOTES = { cwd: fromRoot('playground', 'notes'), portVariable: 'NOTES_PORT', program: 'dist/api.mjs' }
const POLLS = { cwd: fromRoot('playground', 'polls'), portVariable: 'POLLS_PORT', program: 'dist/api.cjs', more: { HINDSCOPE_PLATFORM: '1' } }

export const startNotes = options => startBuilt(NOTES, options)
export const startPolls = options => startBuilt(POLLS, options)

/** Builds the app, and starts its one program, which is page and API; the collector is there already. */
async function startBuilt({ cwd, portVariable, program, more = {} }, { dataDir, apiPort = 0, collector, onLine }) {
  const port = await freePort(apiPort)
  const env = {
    ...process.env,
    ...more,
    NODE_ENV: 'development',
    HINDSCOPE_DIR: dataDir,
    [portVariable]: String(port),
    NO_COLOR: '1',
    FORCE_COLOR: '0',
  }
  const built = startProgram('The build', ['build.js'], { cwd, env, onLine })
  await built.ended
  const api = startProgram('The API', [program], { cwd, env, onLine })
  const appUrl = `http://127.0.0.1:${port}/`
  try {
    await api.until('it answered', () => answers(appUrl))
    return { appUrl, uiUrl: uiUrl(collector), collector, close: () => api.stop(), ended: api.ended }
  } catch (error) {
    await api.stop()
    throw new Error(`${error.message}\nThe build wrote:\n${built.output()}`, { cause: error })
  }
}

const ORDERS = fromRoot('playground', 'orders')

/** Starts API and worker; brokers and collector are there already. */
export async function startOrders({ dataDir, apiPort = 0, collector, natsUrl, redisUrl, onLine }) {
  const port = await freePort(apiPort)
  const servers = { NATS_URL: natsUrl, REDIS_URL: redisUrl, ORDERS_API_PORT: String(port) }
  const env = { ...process.env, ...servers, HINDSCOPE_DIR: dataDir, NO_COLOR: '1', FORCE_COLOR: '0' }
  const start = (name, file) => startProgram(name, ['--import', 'hindscope/register', file], { cwd: ORDERS, env, onLine })
  const worker = start('The worker', 'src/worker/main.ts')
  const api = start('The API', 'src/api/main.ts')
  const close = async () => {
    await Promise.all([api.stop(), worker.stop()])
  }
  const appUrl = `http://127.0.0.1:${port}/`
  try {
    await worker.until('it was ready', () => worker.output().includes('is ready') || undefined)
    await api.until('it answered', () => answers(`${appUrl}api/stock/chair`))
    return { appUrl, uiUrl: uiUrl(collector), collector, close, ended: Promise.race([api.ended, worker.ended]) }
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
