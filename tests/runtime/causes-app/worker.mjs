import { parentPort } from 'node:worker_threads'

const delayOf = id => Number(id.split('-')[1] ?? 0) % 5
async function compute(id) {
  await new Promise(resolve => setTimeout(resolve, delayOf(id)))
  return `thread ${id}`
}
async function onQuestion({ id, key }) {
  if (id === 'end') return parentPort.close()
  parentPort.postMessage({ id, key, text: await compute(id) })
}
parentPort.on('message', onQuestion)
