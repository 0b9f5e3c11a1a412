/** Instruments texts in a thread beside the bundler's, which its own plugins keep busy. */
import { parentPort, workerData } from 'node:worker_threads'
import { instrumentText } from './instrument-module.ts'
import type { ThreadAnswer, ThreadJob, ThreadStart } from './instrument-pool.ts'

const { plan, root } = workerData as ThreadStart // SAFE: what the pool starts this thread with

parentPort?.on('message', ({ number, text }: ThreadJob) => parentPort?.postMessage(answer(number, text)))

function answer(number: number, text: ThreadJob['text']): ThreadAnswer {
  try {
    return { number, result: instrumentText(text, plan, root) }
  } catch (error) {
    // A fault of ours goes to the one who asked, who reports it with the file's name.
    return { number, fault: error instanceof Error ? error.message : String(error) }
  }
}
