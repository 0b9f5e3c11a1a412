/** The worker's program and the page's side of it, joined by structured clones as in a browser, only without the thread. */
import { createWorkerEngine } from '../../src/engine/worker-engine.ts'
import type { WorkerEngine, WorkerPort } from '../../src/engine/worker-engine.ts'
import { createWorkerHost } from '../../src/worker/worker-host.ts'
import type { WorkerReply } from '../../src/worker/messages.ts'

export interface Joined {
  readonly port: WorkerPort
  readonly engine: WorkerEngine
  readonly replies: WorkerReply[]
  /** As when the browser ends the worker. */
  stop(reason: string): void
}

export function joined(): Joined {
  const replies: WorkerReply[] = []
  const hearers: { message?: (event: { data: WorkerReply }) => void; error?: (event: { message?: string }) => void } = {}
  let isOpen = true
  const hear = createWorkerHost(reply => {
    const data = structuredClone(reply)
    replies.push(data)
    queueMicrotask(() => isOpen && hearers.message?.({ data }))
  })
  const port: WorkerPort = {
    postMessage(request) {
      setTimeout(() => isOpen && hear(request), 0)
    },
    addEventListener: (type: 'message' | 'error', listener: never) => void (hearers[type] = listener),
    terminate: () => (isOpen = false),
  }
  return { port, engine: createWorkerEngine(port), replies, stop: message => hearers.error?.({ message }) }
}
