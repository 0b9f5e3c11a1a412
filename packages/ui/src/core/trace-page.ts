/**
 * What the page looks at: the collector that serves it, files that were opened in it, or nothing yet. The view decides: `t=` in the
 * address names a file, no `t=` means the collector. Each of them has a workbench of its own.
 */
import { computed, effect, signal, untracked } from '@preact/signals-core'
import type { ReadonlySignal } from '@preact/signals-core'
import { diagnostic } from '@hindscope/protocol'
import type { MessageCode, MessageParams } from '@hindscope/protocol'
import { createNoEngine } from '../engine/no-engine.ts'
import { createNoLive } from '../engine/no-live.ts'
import { createWorkerEngine } from '../engine/worker-engine.ts'
import type { WorkerEngine, WorkerPort } from '../engine/worker-engine.ts'
import type { ControlClient, EngineClient } from '../engine/engine-client.ts'
import type { Failure } from '../engine/failure.ts'
import type { LiveClient } from '../engine/live-client.ts'
import type { OpenProgress, OpenedTrace } from '../worker/messages.ts'
import { createModelGate } from './model-gate.ts'
import { formatBytes } from './byte-text.ts'
import { joinNames } from './trace-name.ts'
import { NO_FILTER } from './view-state.ts'
import type { ViewState } from './view-state.ts'
import type { ViewModel, ViewPatch } from './view-model.ts'
import { watchCollector } from './workbench-states.ts'
import { createWorkbench } from './workbench.ts'
import type { Workbench } from './workbench.ts'

export type Host = { readonly bench: Workbench } & (
  | { readonly kind: 'none' }
  | { readonly kind: 'collector'; readonly isGone: ReadonlySignal<boolean> }
  | { readonly kind: 'file'; readonly trace: OpenedTrace }
)

/** `progress` is absent until the worker says something. */
export type Opening =
  | { readonly kind: 'running'; readonly name: string; readonly progress?: OpenProgress }
  | { readonly kind: 'failed'; readonly name: string; readonly failure: Failure }

export interface CollectorLink {
  readonly engine: EngineClient & ControlClient
  /** Connects. */
  live(): LiveClient
}

export interface TracePage {
  readonly host: ReadonlySignal<Host>
  readonly opening: ReadonlySignal<Opening | undefined>
  /** Whether there is a collector to go back to, as far as the address of the page tells. */
  readonly hasCollector: boolean
  open(files: readonly File[]): Promise<void>
  /** Stops opening, or puts the failure away; what was there before is there again. */
  dismiss(): void
  /** Back to the collector's sessions, or to the start page. */
  closeFile(): void
}

export function createTracePage(model: ViewModel, collector: CollectorLink | undefined, startWorker: () => WorkerPort): TracePage {
  const opening = signal<Opening | undefined>(undefined)
  let leave: () => void
  /** Content of the file on screen. */
  let shown: string | undefined
  /** So that the browser's Forward opens it again. */
  let opened: { readonly files: readonly File[]; readonly content: string } | undefined
  let running: WorkerEngine | undefined
  let collectorView: ViewState | undefined
  const wanted = computed(() => model.view.value.trace?.content)

  function enter(engine: EngineClient & ControlClient, live: LiveClient, close: () => void): Workbench {
    const gate = createModelGate(model)
    leave = () => {
      gate.close()
      close()
    }
    return createWorkbench(gate.model, engine, live)
  }
  function withoutFile(): Host {
    if (!collector || wanted.peek() !== undefined) return { kind: 'none', bench: enter(createNoEngine(), createNoLive(), () => undefined) }
    const live = collector.live()
    const bench = enter(collector.engine, live, live.close)
    // Static files without an API: a socket that is tried again and again would only fill the console.
    effect(() => {
      const { value } = bench.sessions.state
      if (value.status === 'failed' && value.failure.code === 'ui-answer-malformed') live.close()
    })
    return { kind: 'collector', bench, isGone: watchCollector(bench) }
  }
  const host = signal<Host>(withoutFile())

  const stopOpening = (): void => {
    running?.close()
    running = undefined
    opening.value = undefined
  }

  async function open(files: readonly File[]): Promise<void> {
    if (files.length === 0) return
    stopOpening()
    const name = joinNames(files.map(file => file.name))
    opening.value = { kind: 'running', name }
    const engine = createWorkerEngine(startWorker())
    running = engine
    const result = await engine.open(files, progress => {
      if (running === engine) opening.value = { kind: 'running', name, progress }
    })
    if (running !== engine) return
    running = undefined
    if (!result.ok) {
      engine.close()
      opening.value = { kind: 'failed', name, failure: result.failure }
      return
    }
    show(result.value, engine)
    opened = { files, content: result.value.name.content }
    opening.value = undefined
  }

  function show(trace: OpenedTrace, engine: WorkerEngine): void {
    const before = host.peek().kind
    const view = model.view.peek()
    leave()
    if (before === 'collector') collectorView = view
    const tell = (code: MessageCode, params: MessageParams): void => {
      const { message, fix } = diagnostic(code, 'warning', params)
      model.notify(`${message} ${fix}`, 'problem')
    }
    shown = trace.name.content
    if (view.trace?.content !== shown || !reaches(view, trace)) {
      const { name } = trace.name
      if (before === 'none' && view.trace && view.trace.content !== shown)
        tell('ui-file-other', { name, wanted: `${view.trace.name}, ${formatBytes(view.trace.bytes)}` })
      else if (before === 'none' && view.session !== undefined && !reaches(view, trace))
        tell('ui-file-session-missing', { session: view.session.slice(0, 8), name })
      const keeps = view.session === undefined ? before === 'none' : reaches(view, trace)
      model.commit(keeps ? { trace: trace.name } : instead(view, { trace: trace.name, filter: NO_FILTER }))
    }
    host.value = { kind: 'file', trace, bench: enter(engine, createNoLive(), engine.close) }
  }

  effect(() => {
    const content = wanted.value
    untracked(() => {
      const { kind } = host.peek()
      if (content === undefined ? kind === (collector ? 'collector' : 'none') : content === shown) return
      if (content === undefined || kind !== 'none') {
        leave()
        shown = undefined
        host.value = withoutFile()
      }
      if (opened && opened.content === content) void open(opened.files)
    })
  })
  return {
    host,
    opening,
    hasCollector: collector !== undefined,
    open,
    dismiss: stopOpening,
    closeFile: () => model.commit(instead(model.view.peek(), collectorView ?? { filter: NO_FILTER })),
  }
}

const reaches = (view: ViewState, trace: OpenedTrace): boolean => view.session === undefined || trace.sessions.includes(view.session)

/** A patch that leaves nothing of the view before. */
const instead = (before: ViewState, next: ViewState): ViewPatch => ({
  ...Object.fromEntries(Object.keys(before).map(key => [key, undefined])),
  ...next,
})
