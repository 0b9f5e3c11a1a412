/** The worker's side of messages.ts: one library, one engine over it. Knows nothing of Worker, so that tests run it anywhere. */
import { HindscopeError } from '@hindscope/protocol'
import type { TraceEngine } from '@hindscope/protocol'
import { askEngine, createEngine, isEngineMethod } from '@hindscope/store/model'
import type { Failure } from '../engine/failure.ts'
import { fail } from './judge-file.ts'
import type { WorkerReply, WorkerRequest } from './messages.ts'
import { openFiles } from './open-files.ts'

/** Gives what is called with every message of the page. */
export function createWorkerHost(post: (reply: WorkerReply) => void): (request: WorkerRequest) => void {
  let engine: TraceEngine | undefined
  const asks = new Map<number, AbortController>()

  async function open({ id, files }: WorkerRequest & { kind: 'open' }): Promise<void> {
    const opened = await openFiles(files, progress => post({ kind: 'progress', id, progress }))
    if (!opened.ok) return post({ kind: 'failure', id, failure: opened.failure })
    engine = createEngine(opened.value.stores)
    post({ kind: 'result', id, result: opened.value.trace })
  }

  async function ask({ id, method, query }: WorkerRequest & { kind: 'ask' }): Promise<void> {
    const controller = new AbortController()
    asks.set(id, controller)
    // A cancellation that is behind this ask in the queue is heard before the work begins.
    await new Promise(resolve => setTimeout(resolve, 0))
    if (controller.signal.aborted) return
    try {
      if (engine === undefined || !isEngineMethod(method)) throw new HindscopeError('ui-no-trace')
      const result = await askEngine(engine, method, query, { signal: controller.signal })
      if (!controller.signal.aborted) post({ kind: 'result', id, result })
    } catch (error) {
      if (!controller.signal.aborted) post({ kind: 'failure', id, failure: failureOf(error) })
    } finally {
      asks.delete(id)
    }
  }

  return request => {
    switch (request.kind) {
      case 'open':
        open(request).catch((error: unknown) => post({ kind: 'failure', id: request.id, failure: failureOf(error) }))
        return
      case 'ask':
        void ask(request)
        return
      case 'cancel':
        asks.get(request.id)?.abort()
        asks.delete(request.id)
    }
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof HindscopeError) {
    const { code, fix } = error
    return { code, message: error.message.slice(`[hindscope:${code}] `.length, -fix.length || undefined).trimEnd(), fix }
  }
  return fail('ui-worker-stopped', { reason: error instanceof Error ? error.message : String(error) })
}
