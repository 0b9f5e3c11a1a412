/**
 * Instruments in this thread until a build turns out to have many modules that no cache knows, then in a thread beside it too: parsing is
 * most of the work, and the bundler's thread is busy with other plugins while a core is idle. Answers are the same bytes either way.
 */
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { HindscopeError } from '@hindscope/protocol'
import type { InstrumentationPlan } from '@hindscope/protocol'
import { instrumentText } from './instrument-module.ts'
import type { Instrumented, PlainText } from './instrument-module.ts'

export interface ThreadStart {
  readonly plan: InstrumentationPlan
  readonly root: string
}
export interface ThreadJob {
  readonly number: number
  readonly text: PlainText
}
export interface ThreadAnswer {
  readonly number: number
  readonly result?: Instrumented
  readonly fault?: string
}

export interface InstrumentPool {
  run(text: PlainText): Instrumented | Promise<Instrumented>
  /** The build is done: the thread goes when it has nothing to do for a while. */
  rest(): void
}

/** UTF-16 units. Less than this is done before a thread has started. */
const WORTH_A_THREAD = 128 * 1024
/** UTF-16 units. With more than this waiting for the thread, the bundler waits for it longer than for this thread. */
const MAX_WAITING = 4 * 1024 * 1024
const REST_MS = 2000
/** Megabytes. Left alone, a thread's heap grows by what its trees leave behind; a text that needs more than this is done here. */
const LIMITS = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 128 }

/** Beside the built package; there is none where the sources are run. */
const threadFile = [new URL('core/instrument-thread.mjs', import.meta.url), new URL('instrument-thread.mjs', import.meta.url)].find(url =>
  existsSync(fileURLToPath(url)),
)

interface Pending {
  readonly text: PlainText
  readonly resolve: (result: Instrumented) => void
  readonly reject: (error: unknown) => void
}

export function createInstrumentPool(start: ThreadStart): InstrumentPool {
  const pending = new Map<number, Pending>()
  let worker: Worker | undefined
  let isUsable = threadFile !== undefined && availableParallelism() > 1
  let done = 0
  let waiting = 0
  let number = 0
  let timer: NodeJS.Timeout | undefined
  const here = (text: PlainText): Instrumented => instrumentText(text, start.plan, start.root)

  function settle(answer: ThreadAnswer): void {
    const job = pending.get(answer.number)
    if (job === undefined) return
    pending.delete(answer.number)
    waiting -= job.text.code.length
    if (answer.result) job.resolve(answer.result)
    else job.reject(new HindscopeError('plugin-hook-failed', { reason: answer.fault ?? '' }))
    if (pending.size === 0) worker?.unref()
  }

  /** What the thread has not answered is done here; no module is lost with it. */
  function lose(gone: Worker): void {
    if (gone !== worker) return
    worker = undefined
    isUsable = false
    for (const { text, resolve, reject } of pending.values()) {
      try {
        resolve(here(text))
      } catch (error) {
        reject(error)
      }
    }
    pending.clear()
    waiting = 0
  }

  function startThread(file: URL): Worker {
    // Loaders and flags of the bundler's process are for its own code.
    const started = new Worker(file, { workerData: start, execArgv: [], resourceLimits: LIMITS, name: 'hindscope' })
    started.on('message', settle)
    started.on('error', () => lose(started))
    started.on('exit', () => lose(started))
    return started
  }

  function stop(): void {
    if (pending.size > 0) return
    const gone = worker
    worker = undefined
    done = 0
    void gone?.terminate()
  }

  return {
    run(text) {
      clearTimeout(timer)
      const isBusy = waiting + text.code.length > MAX_WAITING && waiting > 0
      if (!isUsable || threadFile === undefined || done < WORTH_A_THREAD || isBusy) {
        done += text.code.length
        return here(text)
      }
      worker ??= startThread(threadFile)
      worker.ref()
      waiting += text.code.length
      return new Promise((resolve, reject) => {
        pending.set(++number, { text, resolve, reject })
        worker?.postMessage({ number, text } satisfies ThreadJob)
      })
    },
    rest() {
      done = 0
      clearTimeout(timer)
      timer = setTimeout(stop, REST_MS).unref()
    },
  }
}
