/** Runs `work` in every kind of realm that a process can make, and prints what each of them answered. */
import { fork, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { work } from './work.mjs'

const answers = [work('main')]
const here = fileURLToPath(new URL('.', import.meta.url))
const answer = source =>
  new Promise((resolve, reject) => {
    source.on('error', reject)
    source.on('message', text => answers.push(text))
    source.on('exit', resolve)
  })

await Promise.all([
  answer(new Worker(new URL('./thread.mjs', import.meta.url), { workerData: 'nested' })),
  answer(new Worker(`require('node:worker_threads').parentPort.postMessage('evaluated')`, { eval: true })),
  answer(fork(`${here}child.mjs`)),
  new Promise(resolve => {
    const child = spawn(process.execPath, [...process.execArgv, `${here}child.mjs`, 'spawned'], { stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.on('data', part => {
      text += part
    })
    child.on('close', () => resolve(answers.push(text.trim())))
  }),
])
console.log(answers.sort().join('\n'))
