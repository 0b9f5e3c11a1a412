/** Programs that use OpenTelemetry, in processes of their own, plain and recorded: what they log and export, and the tree of what was recorded. */
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ActivityType } from '@hindscope/protocol'
import type { ValueNode } from '@hindscope/protocol'
import { decodeEvents } from '@hindscope/testkit'
import type { DumpedEvent } from '@hindscope/testkit'
import { build } from 'esbuild'
import { expect } from 'vitest'
import { createSandbox } from '../programs.ts'

export interface SpanRun {
  readonly log: unknown[]
  readonly events: readonly DumpedEvent[]
}

export interface SpanSandbox {
  /** What the program logged. */
  plain(program: string): Promise<unknown[]>
  recorded(program: string): Promise<SpanRun>
  remove(): void
}

/**
 * `record()` starts the recorder where the program calls it: before or after it sets OpenTelemetry up. `f(name, body)` makes a recorded call,
 * `observe` hands over, `log` notes. Ids of spans count.
 */
const PRELUDE = `
import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
let f = (name, body = () => {}) => body()
let observe = value => value
let recorder
const record = async () => {
  if (process.env.RECORD !== '1') return
  const { start, h: H } = await import(RUNTIME)
  recorder = start({ name: 'program', config: { overhead: 0 } })
  const L = H.m('00000000000000aa', '3')
  f = (name, body = () => {}) => { const F = H.ei(H.e(L[0], 1, name)); try { return body() } finally { H.v(F) } }
  observe = (await import(ADAPTER)).observe
}
const lines = []
const log = (...values) => void lines.push(values)
let ids = 0
const idGenerator = {
  generateTraceId: () => (++ids).toString(16).padStart(32, 'a'),
  generateSpanId: () => (++ids).toString(16).padStart(16, 'b'),
}
const shownSpan = span => [span.name, span.kind, span.spanContext().traceId, span.spanContext().spanId, span.parentSpanContext?.spanId ?? span.parentSpanId,
  span.attributes, span.events.map(({ name, attributes }) => [name, Object.keys(attributes)]), span.links.map(({ context }) => context.spanId), span.status]
const end = async () => {
  await new Promise(resolve => setTimeout(resolve, 5))
  console.log(JSON.stringify(lines))
  console.log(JSON.stringify(recorder === undefined ? {} : recorder.stats().errors))
}
`

/** `variables` are put into programs in place of their names. */
export async function createSpanSandbox(): Promise<SpanSandbox> {
  const box = await createSandbox()
  const src = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
  const outfile = join(box.dir, 'adapter.mjs')
  await build({
    entryPoints: [src('../../src/libraries/opentelemetry.ts')],
    alias: { '@hindscope/protocol': src('../../../protocol/src/index.ts') },
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    outfile,
    logLevel: 'silent',
  })
  const run = async (program: string, isRecorded: boolean): Promise<unknown[]> => {
    const text = `${PRELUDE}\n${program}\nawait end()`.replaceAll('ADAPTER', JSON.stringify(pathToFileURL(outfile).href))
    const { stdout, stderr, code } = await box.run(text, { RECORD: isRecorded ? '1' : '0', NODE_NO_WARNINGS: '1' })
    expect([stderr, code]).toEqual(['', 0])
    const [log = '', errors = ''] = stdout.trim().split('\n')
    expect(JSON.parse(errors)).toEqual({})
    return JSON.parse(log) as unknown[] // SAFE: printed by the prelude
  }
  return {
    plain: program => run(program, false),
    recorded: async program => {
      rmSync(join(box.dir, '.hindscope'), { recursive: true, force: true })
      const log = await run(program, true)
      const folder = readdirSync(join(box.dir, '.hindscope'))
      return { log, events: folder.length === 0 ? [] : decodeEvents(box.files('traces')) }
    },
    remove: () => box.remove(),
  }
}

export const plainValue = (node: ValueNode | undefined): unknown => {
  if (node === undefined) return undefined
  if (node.kind === 'object') return Object.fromEntries(node.entries.map(([key, value]) => [key, plainValue(value)]))
  if (node.kind === 'array') return node.items.map(plainValue)
  if (node.kind === 'redacted') return '▒'
  if (node.kind === 'number') return Number(node.text)
  return 'value' in node ? node.value : node.kind
}

export const fieldsOf = (event: DumpedEvent | undefined): Record<string, unknown> => (plainValue(event?.values[0]) ?? {}) as Record<string, unknown> // SAFE: activities carry an object

const SHOWN: Readonly<Record<number, (fields: Record<string, unknown>) => string>> = {
  [ActivityType.span]: ({ name, kind }) => `span ${String(kind)} ${String(name)}`,
  [ActivityType.httpClient]: ({ method }) => `sent ${String(method)}`,
  [ActivityType.httpServer]: ({ method, url }) => `received ${String(method)} ${String(url)}`,
}

/** Calls of `f`, spans and requests, one a line, indented by cause; open ones say so. Others are passed over. */
export function treeOf(events: readonly DumpedEvent[]): string[] {
  const parents = new Map<number, number>()
  const labels = new Map<number, string>()
  const ended = new Set<number>()
  for (const event of events) {
    const { kind, call, link } = event
    if (kind === 'activity-end' || kind === 'call-return') ended.add(call)
    if (kind !== 'call-enter' && kind !== 'activity-start') continue
    parents.set(call, link)
    const shown = kind === 'call-enter' ? String(plainValue(event.values[0])) : SHOWN[event.extra]?.(fieldsOf(event))
    if (shown !== undefined) labels.set(call, shown)
  }
  const lines: string[] = []
  const show = (call: number, depth: number): void => {
    const label = labels.get(call)
    if (label !== undefined) lines.push(`${'  '.repeat(depth)}${label}${ended.has(call) ? '' : ' (open)'}`)
    for (const [child, parent] of parents) if (parent === call) show(child, label === undefined ? depth : depth + 1)
  }
  for (const [call, parent] of parents) if (parent === 0) show(call, 0)
  return lines
}

/** Fields of the span of this name, from its start and end. */
export function spanOf(
  events: readonly DumpedEvent[],
  name: string,
): { readonly start: Record<string, unknown>; readonly end: Record<string, unknown> } {
  const start = events.find(event => event.kind === 'activity-start' && event.extra === ActivityType.span && fieldsOf(event)['name'] === name)
  return { start: fieldsOf(start), end: fieldsOf(events.find(event => event.kind === 'activity-end' && event.call === start?.call)) }
}
