/**
 * One click, one chain, through every layer that the libraries of a program have names for: click, action, render, request, handler, statement. Event by event,
 * on recordings of the playground apps, in Chromium where they have a page.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCollector } from '@hindscope/collector'
import type { Collector } from '@hindscope/collector'
import { startNats, startPostgres, startRedis } from '@hindscope/testkit'
import { CHROMIUM_ARGS, findChromium } from '@hindscope/testkit/chromium'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startNotes, startOrders, startPolls, startTasks } from '../../scripts/lib/playground-apps.mjs'
import type { RecordedApp } from '../../scripts/lib/playground-apps.mjs'
import { createTraceClient, waitUntilQuiet } from '../../scripts/lib/trace-client.mjs'
import type { TraceClient } from '../../scripts/lib/trace-client.mjs'
import { readChains } from '../../scripts/lib/trace-tree.mjs'
import type { Branch, Chain } from '../../scripts/lib/trace-tree.mjs'

let browser: Browser
const closers: (() => Promise<unknown> | void)[] = []

beforeAll(async () => {
  const executablePath = findChromium()
  if (executablePath === undefined) throw new Error('Chromium is missing: `npm test` installs it, or set CHROMIUM_PATH.')
  browser = await chromium.launch({ executablePath, args: [...CHROMIUM_ARGS] })
})
afterAll(async () => {
  await browser?.close()
  for (const close of closers.splice(0).reverse()) await close()
})

function folder(): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'hindscope-chains-'))
  closers.push(() => rmSync(dataDir, { recursive: true, force: true }))
  return dataDir
}

async function visit(
  { appUrl, collector }: RecordedApp,
  use: (page: Page) => Promise<void>,
): Promise<{ client: TraceClient; chains: readonly Chain[] }> {
  const page = await browser.newPage()
  const faults: unknown[] = []
  page.on('pageerror', error => faults.push(error))
  await page.goto(appUrl)
  await use(page)
  const client = createTraceClient(collector)
  await waitUntilQuiet(client)
  await page.close()
  expect(faults).toEqual([])
  const session = await waitUntilQuiet(client)
  expect(session.dropped).toBe(0)
  return { client, chains: await readChains(client, session) }
}

/** `wanted`: names of nodes, each below the one before it, however deep. */
function leads({ node, children }: Branch, [first, ...rest]: readonly (string | RegExp)[]): boolean {
  if (first === undefined) return true
  const left = (typeof first === 'string' ? node.name === first : first.test(node.name)) ? rest : [first, ...rest]
  return left.length === 0 || children.some(child => leads(child, left))
}

const namesOf = (branch: Branch, depth = 0): string[] => [
  `${'  '.repeat(depth)}${branch.node.name}`,
  ...branch.children.flatMap(child => namesOf(child, depth + 1)),
]

/** Fails with the chains that begin alike. */
function expectChain(chains: readonly Chain[], wanted: readonly (string | RegExp)[]): void {
  if (chains.some(({ tree }) => leads(tree, wanted))) return
  const [first = ''] = wanted
  const alike = chains.filter(({ tree }) => (typeof first === 'string' ? tree.node.name === first : first.test(tree.node.name)))
  expect.fail(`no chain ${wanted.join(' → ')}; there are:\n${alike.flatMap(({ tree }) => namesOf(tree)).join('\n')}`)
}

describe('tasks: React, Redux, Fastify, PostgreSQL', () => {
  let chains: readonly Chain[]
  let client: TraceClient

  beforeAll(async () => {
    const database = await startPostgres()
    closers.push(() => database.stop())
    const app = await startTasks({ dataDir: folder(), databaseUrl: database.url })
    closers.push(() => app.close())
    ;({ client, chains } = await visit(app, async page => {
      await page.getByLabel('New task').fill('Water the plants')
      await page.getByRole('button', { name: 'Add' }).click()
      await page.getByLabel('Water the plants').click()
      await page.locator('label.done').waitFor()
      await page.getByText('0 left', { exact: true }).waitFor()
    }))
  })

  it('leads from the click over action, request, route and statement to the answer', () => {
    expectChain(chains, [
      /^(click|change|input) /,
      'onToggle',
      'putDone',
      /^PUT .*\/api\/tasks\/1$/,
      /^PUT \/api\/tasks\/1$/,
      /^(route|handler) .*\/api\/tasks\/:id$/,
      'updateDone',
      'query',
      /^UPDATE tasks SET done = \$2 WHERE id = \$1/,
    ])
    expectChain(chains, [/^(click|change|input) /, 'onToggle', /tasks\/setDone\/pending$/])
    expectChain(chains, [/^(click|change|input) /, 'onToggle', /tasks\/setDone\/fulfilled$/])
  })

  it('tells which components were rendered because of it, and why', async () => {
    expectChain(chains, [/^(click|change|input) /, /tasks\/setDone\/fulfilled$/, /^<TaskRow> update$/])
    const renders = await client.activities({ types: ['render'] })
    expect(renders.rows.map(({ name }) => name)).toContain('<NewTask> mount')
  })

  it('has the store at every moment', async () => {
    const changes = await client.events({ kinds: ['stateChange'], limit: 1000 })
    expect(changes.rows.map(({ preview }) => preview).join('\n')).toMatch(/tasks\.list\[0\]\.done: false → true/)
    const last = changes.rows.at(-1)
    const { stores } = await client.state({ ref: last?.ref ?? { track: 0, seq: 0 } })
    expect(stores.length).toBe(1)
  })
})

describe('notes: Vue and Pinia by webpack, Express and PGlite by esbuild', () => {
  let chains: readonly Chain[]
  const shown: Record<string, string | null> = {}

  /** In the UI: the state in which the note was not pinned yet goes into the running page, and its own back. */
  async function travel(app: Page, { url, token, session }: Collector): Promise<void> {
    const ui = await browser.newPage()
    const text = (): Promise<string | null> => app.locator('body').textContent()
    ui.setDefaultTimeout(30_000)
    await ui.goto(`${url}/?token=${token}#v=1&s=${session}&panel=state`)
    await ui.keyboard.press('Shift+Period')
    const changes = ui.getByTestId('state-change')
    await changes.filter({ hasText: 'pinned' }).first().waitFor()
    await changes.first().click()
    await ui.getByRole('button', { name: 'Put the running app here' }).click()
    await ui.getByTestId('jump-status').getByText('It has the state of').waitFor()
    shown.there = await text()
    await ui.getByRole('button', { name: 'Back to live' }).click()
    await ui.getByTestId('jump-status').getByText('It has its own state again.').waitFor()
    shown.back = await text()
    await ui.close()
  }

  beforeAll(async () => {
    const dataDir = folder()
    const collector = await startCollector({ dataDir, port: 0, name: 'notes' })
    closers.push(() => collector.close())
    const { url, token, session } = collector
    const app = await startNotes({ dataDir, collector: { url, token, session, pid: process.pid } })
    closers.push(() => app.close())
    ;({ chains } = await visit(app, async page => {
      await page.getByLabel('New note').fill('Remember the milk')
      await page.getByRole('button', { name: 'Add' }).click()
      await page.getByRole('button', { name: 'Pin' }).click()
      await page.getByText('1 pinned').waitFor()
      shown.live = await page.locator('body').textContent()
      await travel(page, collector)
    }))
  })

  it('leads from the click over the store, the route and the statement to the render', () => {
    expectChain(chains, [
      /^click /,
      'pinClicked',
      /notes pin$/,
      /^POST .*\/api\/notes\/1\/pin$/,
      /^POST \/api\/notes\/1\/pin$/,
      /^(route|handler) .*\/notes\/:id\/pin$/,
      'query',
      /^UPDATE notes SET pinned/,
    ])
    expectChain(chains, [/^click /, 'pinClicked', /notes pin$/, /^<note-row> update$/])
  })

  it('puts the running page where the recording was, and back, and tells of it as what it was', () => {
    expect(shown.live).toContain('1 pinned')
    expect(shown.there).toContain('0 pinned')
    expect(shown.there).not.toContain('Remember the milk')
    expect(shown.back).toBe(shown.live)
    expectChain(chains, [/notes jump by Hindscope$/, /^<app> update$/i])
  })
})

describe('orders: Fastify, NATS, BullMQ and PGlite in two processes', () => {
  let chains: readonly Chain[]
  let client: TraceClient

  beforeAll(async () => {
    const dataDir = folder()
    const [nats, redis] = await Promise.all([startNats(), startRedis()])
    closers.push(
      () => nats.stop(),
      () => redis.stop(),
    )
    const collector = await startCollector({ dataDir, port: 0, name: 'orders' })
    closers.push(() => collector.close())
    const { url, token, session } = collector
    const app = await startOrders({ dataDir, collector: { url, token, session, pid: process.pid }, natsUrl: nats.url, redisUrl: redis.url })
    closers.push(() => app.close())
    const order = (pieces: number): Promise<Response> =>
      fetch(`${app.appUrl}api/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ item: 'lamp', pieces }),
      })
    const answers = [await order(2), await order(4)]
    expect(answers.map(({ status }) => status)).toEqual([202, 409])
    client = createTraceClient(app.collector)
    const summary = await waitUntilQuiet(client)
    expect(summary.dropped).toBe(0)
    chains = await readChains(client, summary, 'node')
  })

  it('leads from the request over the job to the statement of the worker', () => {
    expectChain(chains, [
      /^POST \/api\/orders$/,
      /^(route|handler) .*\/api\/orders$/,
      'takeOrder',
      'send packing pack',
      'receive packing pack',
      'packOrder',
      'takePieces',
      'query',
      /^UPDATE stock SET pieces/,
    ])
  })

  it('leads from the request over the question to the answer', () => {
    expectChain(chains, [
      /^POST \/api\/orders$/,
      'countPieces',
      'request stock.count',
      'receive stock.count',
      'answerCount',
      'countPieces',
      'query',
      /^SELECT pieces FROM stock/,
    ])
    expectChain(chains, [/^POST \/api\/orders$/, 'countPieces', 'request stock.count', 'receive stock.count', 'answerCount', /^send _INBOX/])
  })

  it('says how long messages were under way', async () => {
    const { rows } = await client.activities({ types: ['message'] })
    const received = rows.filter(({ name }) => name.startsWith('receive '))
    expect(received.length).toBeGreaterThanOrEqual(4)
    expect(received.filter(({ queueUs = -1 }) => queueUs < 0 || queueUs > 60_000_000)).toEqual([])
  })
})

describe('polls: Svelte and Hono by Rspack', () => {
  let chains: readonly Chain[]
  let client: TraceClient

  beforeAll(async () => {
    const dataDir = folder()
    const collector = await startCollector({ dataDir, port: 0, name: 'polls' })
    closers.push(() => collector.close())
    const { url, token, session } = collector
    const app = await startPolls({ dataDir, collector: { url, token, session, pid: process.pid } })
    closers.push(() => app.close())
    ;({ client, chains } = await visit(app, async page => {
      await page.getByLabel('New question').fill('More tests?')
      await page.getByRole('button', { name: 'Ask' }).click()
      await page.getByRole('button', { name: 'Yes 0' }).click()
      await page.getByText('1 in all').waitFor()
    }))
  })

  it('leads from the click over the request and the route to the store', () => {
    const toRoute = [
      /^click /,
      'yesClicked',
      'vote',
      /^POST .*\/api\/polls\/1\/votes$/,
      /^POST \/api\/polls\/1\/votes$/,
      /^(route|handler) .*\/votes$/,
      'addVote',
    ]
    expectChain(chains, toRoute)
    expectChain(chains, [/^click /, 'yesClicked', 'vote', /^writable(#2)? update$/])
  })

  it('tells what the form was sent with, and what the page itself says', async () => {
    const told = await client.events({ kinds: ['lifecycle', 'metric'], limit: 1000 })
    const lines = told.rows.map(({ name, preview }) => `${name}${preview}`)
    expect(lines.find(line => line.startsWith('form '))).toContain('question: "More tests?"')
    expect(lines.filter(line => /^(TTFB|FCP|LCP) /.test(line)).length).toBeGreaterThanOrEqual(3)
  })
})
