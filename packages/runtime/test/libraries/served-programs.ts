/**
 * Servers in processes of their own, once plain and once instrumented and recorded, asked the same by a client that shows every byte of the
 * answers.
 */
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ActivityType, DEFAULT_PLAN } from '@hindscope/protocol'
import type { ProbeManifest, ValueNode } from '@hindscope/protocol'
import { instrument } from '@hindscope/instrument'
import { decodeEvents } from '@hindscope/testkit'
import type { DumpedEvent } from '@hindscope/testkit'
import { build } from 'esbuild'
import { expect } from 'vitest'
import { createSandbox } from '../programs.ts'
import type { Sandbox } from '../programs.ts'

/** What the client sends: `GET /path`, or all of a request; `abort` leaves as soon as the server says so. */
export interface Ask {
  readonly send: string
  readonly headers?: readonly string[]
  readonly body?: string
  readonly abort?: true
}

export interface Answers {
  readonly answers: readonly string[]
  /** What the app did, in order. */
  readonly effects: readonly string[]
}

export interface Recorded extends Answers {
  readonly events: readonly DumpedEvent[]
  readonly errors: Readonly<Record<string, number>>
}

export interface Served {
  plain(app: string, asks: readonly Ask[]): Promise<Answers>
  recorded(app: string, asks: readonly Ask[]): Promise<Recorded>
  remove(): void
}

const src = (path: string): string => fileURLToPath(new URL(`../../src/${path}`, import.meta.url))
const protocol = fileURLToPath(new URL('../../../protocol/src/index.ts', import.meta.url))

/** The client. Sockets of net alone, which no adapter knows. */
const CLIENT = `
import net from 'node:net'
export const ask = (port, { send, headers = [], body, abort }, effects) => new Promise((resolve, reject) => {
  const [method, path] = send.split(' ')
  const length = body === undefined ? [] : ['Content-Length: ' + Buffer.byteLength(body)]
  const text = [method + ' ' + path + ' HTTP/1.1', 'Host: app', 'Connection: close', ...headers, ...length, '', body ?? ''].join('\\r\\n')
  const socket = net.connect(port, '127.0.0.1', () => socket.write(text))
  let answer = ''
  socket.setEncoding('latin1')
  socket.on('data', data => (answer += data))
  socket.on('error', error => resolve('error ' + error.code))
  socket.on('close', () => resolve(answer.replace(/^Date: .*$/im, 'Date: now')))
  if (abort) {
    const wait = () => {
      if (!effects.includes('waiting')) return setTimeout(wait, 2)
      socket.destroy()
      const left = () => (effects.includes('left') ? resolve('aborted') : setTimeout(left, 2))
      left()
    }
    wait()
  }
})
`

const MAIN = `
import { ask } from './client.mjs'
let recorder
if (RECORDED) {
  const { start } = await import(RUNTIME)
  recorder = start({ name: 'served', config: { overhead: 0 } })
}
const { serve, effects, requests } = await import('./APP')
const { port, close } = await serve()
const asks = requests ?? ASKS
const answers = []
if (requests) {
  // All at once, but for what a server lets wait at its door (511 connections).
  const asked = []
  for (const each of asks) if (asked.push(ask(port, each, effects)) % 100 === 0) for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate)
  answers.push(...await Promise.all(asked))
}
else for (const each of asks) { effects.push('> ' + each.send); answers.push(await ask(port, each, effects)); await new Promise(setImmediate) }
await close()
console.log(JSON.stringify({ answers, effects, errors: recorder ? recorder.stats().errors : {} }))
`

/** Apps are modules that export `serve`, `effects` and maybe `requests` (sent at once); FRAMEWORK stands for what `framework` resolves to. */
export async function createServed(library: string, framework: string): Promise<Served> {
  const box: Sandbox = await createSandbox()
  const adapter = join(box.dir, 'adapter.mjs')
  await build({
    entryPoints: [src(`libraries/${library}.ts`)],
    alias: { '@hindscope/protocol': protocol },
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    outfile: adapter,
    logLevel: 'silent',
  })
  writeFileSync(join(box.dir, 'client.mjs'), CLIENT)
  let number = 0
  const run = async (
    app: string,
    asks: readonly Ask[],
    isRecorded: boolean,
  ): Promise<Answers & { errors: Record<string, number>; manifest: ProbeManifest }> => {
    const name = `app-${number++}.mjs`
    const text = `${PRELUDE.replaceAll('LIBRARY', JSON.stringify(pathToFileURL(adapter).href))}\n${app}`
      .replaceAll('FRAMEWORK', JSON.stringify(framework))
      .replaceAll('RECORDED', String(isRecorded))
    const { code, manifest } = instrument(text, { id: 'app.mjs', hookModule: box.runtime, plan: DEFAULT_PLAN })
    writeFileSync(join(box.dir, name), isRecorded ? code : text)
    const main = MAIN.replaceAll('RECORDED', String(isRecorded)).replaceAll('APP', name).replaceAll('ASKS', JSON.stringify(asks))
    const outcome = await box.run(main, { NODE_ENV: 'production' })
    expect([outcome.stderr, outcome.code]).toEqual(['', 0])
    return { ...(JSON.parse(outcome.stdout) as Answers & { errors: Record<string, number> }), manifest } // SAFE: printed by the program
  }
  return {
    plain: (app, asks) => run(app, asks, false),
    recorded: async (app, asks) => {
      const traces = join(box.dir, '.hindscope')
      rmSync(traces, { recursive: true, force: true })
      const result = await run(app, asks, true)
      const folder = join(traces, 'traces')
      const chunks = readdirSync(folder).map(file => new Uint8Array(readFileSync(join(folder, file))))
      return { ...result, events: decodeEvents(chunks, { manifests: [result.manifest] }) }
    },
    remove: () => box.remove(),
  }
}

const PRELUDE = `
const { observe } = RECORDED ? await import(LIBRARY) : { observe: value => value }
export const effects = []
console.error = () => void effects.push('console.error')
const listen = server => new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve({
  port: server.address().port,
  close: () => new Promise(done => { server.close(done); server.closeAllConnections() }),
})))
`

const plain = (node: ValueNode | undefined): unknown => {
  if (node === undefined) return undefined
  if (node.kind === 'error') return `${node.className}: ${node.message}`
  if (node.kind === 'object') return Object.fromEntries(node.entries.map(([key, value]) => [String(key), plain(value)]))
  if (node.kind === 'redacted') return '▒'
  if (node.kind === 'number') return Number(node.text)
  return 'value' in node ? node.value : node.kind
}

const fieldsOf = (event: DumpedEvent): Record<string, unknown> => plain(event.values[0]) as Record<string, unknown> // SAFE: activities carry an object

/** Handlers, requests and calls with what caused them, by id. */
export interface Node {
  readonly id: number
  readonly label: string
  readonly parent: number
  readonly type: 'request' | 'handler' | 'call' | 'other'
  end: string | undefined
}

const TYPES: Readonly<Record<number, Node['type']>> = { [ActivityType.httpServer]: 'request', [ActivityType.handler]: 'handler' }

export function nodesOf(events: readonly DumpedEvent[]): Map<number, Node> {
  const nodes = new Map<number, Node>()
  for (const event of events) {
    const { kind, call, link, extra } = event
    if (kind === 'call-enter') {
      nodes.set(call, {
        id: call,
        label: `${event.name}(${event.values.map(value => String(plain(value))).join(', ')})`,
        parent: link,
        type: 'call',
        end: undefined,
      })
    } else if (kind === 'activity-start') {
      const type = TYPES[extra] ?? 'other'
      nodes.set(call, { id: call, label: labelOf(type, fieldsOf(event)), parent: link, type, end: undefined })
    } else if (kind === 'activity-end') {
      const node = nodes.get(call)
      if (node === undefined) continue
      expect(node.end, `${node.label} ends once`).toBeUndefined()
      const { error, status } = fieldsOf(event)
      node.end = error === undefined ? String(status ?? 'ended') : String(error)
    }
  }
  return nodes
}

function labelOf(type: Node['type'], fields: Record<string, unknown>): string {
  if (type === 'request') return `${String(fields['method'])} ${String(fields['url'])}`
  if (type !== 'handler') return type
  const { library: _library, kind, name, route, params } = fields
  const parts = [kind, name, route, params === undefined ? undefined : JSON.stringify(params)]
  return `[${parts
    .filter(part => part !== undefined)
    .map(String)
    .join(' ')}]`
}

/** Requests with all that they caused, one a line, indented by cause. */
export function treesOf(events: readonly DumpedEvent[], isShown: (node: Node) => boolean = () => true): string[] {
  const nodes = nodesOf(events)
  const lines: string[] = []
  const show = (node: Node, depth: number): void => {
    if (isShown(node)) lines.push(`${'  '.repeat(depth)}${node.label}${node.end === undefined ? '' : ` → ${node.end}`}`)
    for (const child of nodes.values()) if (child.parent === node.id) show(child, isShown(node) ? depth + 1 : depth)
  }
  for (const node of nodes.values()) if (node.type === 'request') show(node, 0)
  return lines
}

/** Activities of requests and handlers as they began and ended, in order. */
export function courseOf(events: readonly DumpedEvent[]): string[] {
  const nodes = nodesOf(events)
  return events.flatMap(({ kind, call }) => {
    const node = nodes.get(call)
    if (node === undefined || (node.type !== 'request' && node.type !== 'handler')) return []
    return kind === 'activity-start' ? [`+ ${node.label}`] : kind === 'activity-end' ? [`- ${node.label} → ${node.end}`] : []
  })
}

/** Counts what hangs on requests to `/task/<id>`, and names the handlers and calls (told by `idOf`) that hang on another's request or on none. */
export function crowdOf(events: readonly DumpedEvent[], idOf: (node: Node) => string | undefined): object {
  const nodes = nodesOf(events)
  const counts = { requests: 0, handlers: 0, calls: 0 }
  const astray: string[] = []
  for (const node of nodes.values()) {
    const request = requestOf(nodes, node)
    const asked = /^GET \/task\/(\d+)$/.exec(request?.label ?? '')?.[1]
    const id = node.type === 'call' ? idOf(node) : undefined
    if (node.type === 'request' && asked !== undefined) counts.requests++
    else if (node.type === 'handler') {
      counts.handlers++
      if (asked === undefined || !isOfItsRequest(node, asked)) astray.push(node.label)
      if (node.end !== 'ended') astray.push(`${node.label} → ${node.end}`)
    } else if (id !== undefined) {
      counts.calls++
      if (asked !== id) astray.push(`${node.label} in ${request?.label}`)
    }
  }
  return { ...counts, astray }
}

const isOfItsRequest = ({ label }: Node, asked: string): boolean => !label.includes('"id"') || label.includes(`"id":"${asked}"`)

/** The request that `node` hangs on. */
function requestOf(nodes: ReadonlyMap<number, Node>, node: Node): Node | undefined {
  let at: Node | undefined = node
  while (at !== undefined && at.type !== 'request') at = nodes.get(at.parent)
  return at
}
