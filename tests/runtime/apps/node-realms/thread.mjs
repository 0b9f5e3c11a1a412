import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads'
import { work } from './work.mjs'

parentPort.postMessage(work(`thread ${workerData}`))
if (!isMainThread && workerData === 'nested') {
  const inner = new Worker(new URL(import.meta.url), { workerData: 'inner' })
  inner.on('message', text => parentPort.postMessage(text))
}
