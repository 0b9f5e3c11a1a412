/** The engine in a worker over opened files: the page's side of worker/messages.ts. */
import type { OpenProgress, OpenedTrace, TraceSource, WorkerReply, WorkerRequest } from '../worker/messages.ts'
import type { ControlClient, EngineClient } from './engine-client.ts'
import { failWith, succeed } from './failure.ts'
import type { Result } from './failure.ts'

/** What is used of a Worker. */
export interface WorkerPort {
  postMessage(request: WorkerRequest): void
  addEventListener(type: 'message', hear: (event: { readonly data: WorkerReply }) => void): void
  addEventListener(type: 'error', hear: (event: { readonly message?: string }) => void): void
  terminate(): void
}

export interface WorkerEngine extends EngineClient, ControlClient {
  /** Once; never rejects. */
  open(files: readonly TraceSource[], tell: (progress: OpenProgress) => void): Promise<Result<OpenedTrace>>
  /** Ends the worker; asks that are under way never settle. */
  close(): void
}

interface Waiting {
  readonly settle: (result: Result<unknown>) => void
  readonly tell?: (progress: OpenProgress) => void
}

export function createWorkerEngine(worker: WorkerPort): WorkerEngine {
  const waiting = new Map<number, Waiting>()
  let stopped: Result<never> | undefined
  let ids = 0

  worker.addEventListener('message', ({ data: reply }) => {
    const asked = waiting.get(reply.id)
    if (reply.kind === 'progress') return asked?.tell?.(reply.progress)
    waiting.delete(reply.id)
    asked?.settle(reply.kind === 'result' ? succeed(reply.result) : { ok: false, failure: reply.failure })
  })
  worker.addEventListener('error', ({ message }) => {
    stopped = failWith('ui-worker-stopped', { reason: message ?? 'it could not be started' })
    for (const { settle } of waiting.values()) settle(stopped)
    waiting.clear()
  })

  function send<T>(request: (id: number) => WorkerRequest, more: Pick<Waiting, 'tell'> = {}, signal?: AbortSignal): Promise<Result<T>> {
    if (stopped) return Promise.resolve(stopped)
    const id = ++ids
    return new Promise(resolve => {
      if (signal?.aborted) return
      // SAFE: the worker answers what the method answers; page and worker come from one build.
      waiting.set(id, { settle: result => resolve(result as Result<T>), ...more })
      signal?.addEventListener('abort', () => waiting.delete(id) && worker.postMessage({ kind: 'cancel', id }), { once: true })
      worker.postMessage(request(id))
    })
  }

  return {
    open: (files, tell) => send(id => ({ kind: 'open', id, files }), { tell }),
    ask: (method, query, signal) => send(id => ({ kind: 'ask', id, method, query }), {}, signal),
    order: async method => failWith('ui-no-recording', { method }),
    health: async () => succeed({ files: 1 }),
    close() {
      waiting.clear()
      worker.terminate()
    },
  }
}
