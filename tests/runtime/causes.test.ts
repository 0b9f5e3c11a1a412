/** A thousand interleaved requests, each of which puts its work off in every way that Node has: every recorded call leads to its own request. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { newestNode } from '@hindscope/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { chainsOf, readTrace } from './traces.ts'

const REQUESTS = 1_000
const AT_ONCE = 150
const REGISTER = new URL('../../packages/plugin/dist/register.mjs', import.meta.url).href
const NODES = [
  ['this Node', process.execPath],
  ['Node 24', newestNode()],
] as const

interface App {
  readonly dataDir: string
  readonly port: number
  readonly output: string[]
  end(): Promise<number | null>
}

async function startApp(node: string): Promise<App> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'hindscope-causes-')))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  cpSync(fileURLToPath(new URL('./causes-app', import.meta.url)), root, { recursive: true })
  const dataDir = join(root, '.hindscope')
  const { HINDSCOPE_URL: _url, NODE_ENV: _mode, NODE_OPTIONS: _options, VITEST: _vitest, ...env } = process.env
  const child: ChildProcess = spawn(node, ['--import', REGISTER, 'server.mjs'], {
    cwd: root,
    env: {
      ...env,
      NODE_NO_WARNINGS: '1',
      HINDSCOPE_DIR: dataDir,
      HINDSCOPE_SESSION: 'ca'.repeat(16),
      HINDSCOPE_LEVEL: 'values',
      HINDSCOPE_OVERHEAD: '0',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const output: string[] = []
  const ended = new Promise<number | null>(resolve => child.on('close', resolve))
  const port = await new Promise<number>((resolve, reject) => {
    child.on('close', () => reject(new TypeError(`the server ended: ${output.join('')}`)))
    child.stdout?.on('data', (text: Buffer) => {
      output.push(text.toString())
      const found = /port (\d+)/.exec(output.join(''))?.[1]
      if (found !== undefined) resolve(Number(found))
    })
  })
  return {
    dataDir,
    port,
    output,
    end: () => {
      child.stdin?.end('end')
      return ended
    },
  }
}

function ask(port: number, id: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', method: 'POST', path: `/?id=${id}`, agent }, response => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () => resolve(text))
    })
    sent.on('error', reject)
    sent.write('one,')
    setTimeout(() => sent.end('two'), 2)
  })
}

async function load(port: number): Promise<string[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  const answers = await Promise.all(Array.from({ length: REQUESTS }, (_, i) => ask(port, `req-${i}`, agent)))
  agent.destroy()
  return answers
}

/** What every request comes through, and how often at least. */
const REACHED = ['onTimeout', 'onImmediate', 'onMicrotask', 'onTick', 'onInterval', 'onFile', 'onZip', 'onEvent', 'onShared', 'onData', 'onPort', 'onResource', 'onReply', 'onQuestion', 'compute', 'numbers', 'steps', 'leaf'] // prettier-ignore

/** What no request caused. */
const STARTED: ReadonlySet<string> = new Set(['serveJobs', 'open', 'stop'])

describe.each(NODES.filter(([, node]) => node !== ''))('%s', (_, node) => {
  test('every call of 1,000 interleaved requests leads to its own request', async () => {
    const app = await startApp(node)
    const answers = await load(app.port)
    expect(await app.end()).toBe(0)
    expect(answers.every(answer => answer.startsWith('done req-'))).toBe(true)
    expect(app.output.join('')).toBe(`port ${app.port}\n`)
    const trace = readTrace(app.dataDir)
    expect(trace.tracks.map(({ dropped }) => dropped)).toEqual([0, 0, 0])
    const chains = chainsOf(trace).filter(({ name }) => !name.startsWith('{kind: '))
    const wrong = chains.filter(({ ids, top }) => ids.some(id => id.startsWith('req-') && !top.includes(`"/?id=${id}"`)))
    const rootless = chains.filter(({ ids, top }) => ids.length === 0 && !top.includes('"/?id=req-') && !STARTED.has(top))
    expect(wrong.slice(0, 5)).toEqual([])
    expect([...new Set(rootless.map(({ path }) => path.join(' < ')))]).toEqual([])
    for (const name of REACHED) expect([name, chains.filter(chain => chain.name === name).length >= REQUESTS]).toEqual([name, true])
  })
})
