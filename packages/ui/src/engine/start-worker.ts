/** Starts the worker that reads files: from its own file, or from the text that the single-file page carries. */
import type { WorkerPort } from './worker-engine.ts'

/** Where the single-file page has the worker's program; vite.single.config.ts writes it. */
const INLINE_ID = 'hindscope-worker'

const inlined = (): string | undefined => document.getElementById(INLINE_ID)?.textContent ?? undefined

/** Whether the page is one file, which nobody serves an API beside. */
export const isSingleFile = (): boolean => inlined() !== undefined

export function startWorker(): WorkerPort {
  const program = inlined()
  if (program === undefined) return new Worker(new URL('../worker/trace-worker.ts', import.meta.url), { type: 'module' })
  const url = URL.createObjectURL(new Blob([program], { type: 'text/javascript' }))
  const worker = new Worker(url)
  worker.addEventListener('message', () => URL.revokeObjectURL(url), { once: true })
  return worker
}
