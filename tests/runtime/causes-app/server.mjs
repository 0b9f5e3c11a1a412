// Serves requests that each use every way to put work off; `id` goes through all of it.
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import { execFile, fork } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { readFile } from 'node:fs'
import { get, createServer } from 'node:http'
import { PassThrough, Readable, Transform, pipeline } from 'node:stream'
import { Worker, MessageChannel } from 'node:worker_threads'
import { deflate } from 'node:zlib'

const store = new AsyncLocalStorage()
const worker = new Worker(new URL('./worker.mjs', import.meta.url))
const child = fork(new URL('./child.mjs', import.meta.url))
const waiting = new Map()
const groups = new Map()
let port = 0

const delayOf = id => Number(id.split('-')[1] ?? 0) % 7
const later = (id, ms) => new Promise(resolve => setTimeout(resolve, ms + delayOf(id)))

function reached(id, how) {
  if (store.getStore() !== undefined && store.getStore() !== id) console.log(`store of ${id} is ${store.getStore()} in ${how}`)
  return how
}
function onReply(message) {
  reached(message.id, 'message')
  waiting.get(message.key)(message)
  waiting.delete(message.key)
}
worker.on('message', onReply)
child.on('message', onReply)

async function ask(id, target, kind) {
  const key = `${kind} ${id}`
  const answer = new Promise(resolve => waiting.set(key, resolve))
  if (kind === 'thread') target.postMessage({ id, key })
  else target.send({ id, key })
  const { text } = await answer
  return reached(id, text)
}
function onPort(id) {
  reached(id, 'port')
}
function askPort(id) {
  return new Promise(resolve => {
    const { port1, port2 } = new MessageChannel()
    port2.on('message', message => {
      onPort(message)
      port2.close()
      resolve()
    })
    port1.postMessage(id)
  })
}
function onTimeout(id) {
  reached(id, 'timeout')
}
function onImmediate(id) {
  reached(id, 'immediate')
}
function onMicrotask(id) {
  reached(id, 'microtask')
}
function onTick(id) {
  reached(id, 'tick')
}
function onInterval(id) {
  reached(id, 'interval')
}
function queues(id) {
  return new Promise(resolve => {
    let left = 5
    const done = () => {
      if (--left === 0) resolve()
    }
    setTimeout(() => {
      onTimeout(id)
      done()
    }, delayOf(id))
    setImmediate(() => {
      onImmediate(id)
      done()
    })
    queueMicrotask(() => {
      onMicrotask(id)
      done()
    })
    process.nextTick(() => {
      onTick(id)
      done()
    })
    const timer = setInterval(() => {
      clearInterval(timer)
      onInterval(id)
      done()
    }, 1)
  })
}
function onFile(id) {
  reached(id, 'file')
}
function onZip(id) {
  reached(id, 'zip')
}
function callbacks(id) {
  return new Promise(resolve =>
    readFile(new URL(import.meta.url), () => {
      onFile(id)
      deflate(id, () => {
        onZip(id)
        resolve()
      })
    }),
  )
}
function onEvent(id) {
  reached(id, 'event')
}
function onShared(id) {
  return id
}
// Of several requests; no function of ours is running when it emits.
function groupOf(id) {
  const name = Math.floor(Number(id.split('-')[1]) / 5)
  if (!groups.has(name)) groups.set(name, new EventEmitter())
  return groups.get(name)
}
async function events(id) {
  const emitter = new EventEmitter()
  emitter.once('go', () => onEvent(id))
  setTimeout(() => emitter.emit('go'), delayOf(id))
  await once(emitter, 'go')
  const group = groupOf(id)
  const listener = () => onShared(id)
  group.on('all', listener)
  await later(id, 0)
  setTimeout(group.emit.bind(group), 0, 'all')
  await later(id, 1)
  group.off('all', listener)
  reached(id, 'once')
}
function onData(id, text) {
  return reached(id, text)
}
function streams(id) {
  return new Promise((resolve, reject) => {
    const upper = new Transform({
      transform(chunk, _encoding, done) {
        onData(id, String(chunk))
        setTimeout(done, delayOf(id), null, String(chunk).toUpperCase())
      },
    })
    const sink = new PassThrough()
    sink.on('data', chunk => onData(id, String(chunk)))
    sink.on('end', () => onData(id, 'end'))
    pipeline(Readable.from([id, id]), upper, sink, error => {
      onData(id, 'pipeline')
      if (error) reject(error)
      else resolve()
    })
  })
}
async function* numbers(id) {
  for (let i = 0; i < 3; i++) {
    await later(id, 0)
    yield reached(id, i)
  }
}
function* steps(id) {
  reached(id, 'a')
  yield 1
  reached(id, 'b')
}
async function generators(id) {
  for await (const n of numbers(id)) reached(id, n)
  const iterator = steps(id)
  iterator.next()
  await later(id, 0)
  iterator.next()
}
async function awaits(id) {
  await later(id, 0)
  reached(id, 'await')
  await Promise.all([later(id, 1).then(() => reached(id, 'then')), later(id, 0).finally(() => reached(id, 'finally'))])
  try {
    await Promise.reject(new Error(id))
  } catch {
    reached(id, 'catch')
  }
  return reached(id, 'all')
}
function onResource(id) {
  reached(id, 'resource')
}
const jobs = []
// A pool that serves whoever asks, from a timer of its own.
setInterval(function serveJobs() {
  for (const job of jobs.splice(0)) job()
}, 2).unref()
function pooled(id) {
  return new Promise(resolve => {
    const resource = new AsyncResource('job')
    jobs.push(() =>
      resource.runInAsyncScope(() => {
        onResource(id)
        resolve()
      }),
    )
  })
}
async function fetches(id) {
  const response = await fetch(`http://127.0.0.1:${port}/leaf?id=${id}`)
  reached(id, await response.text())
  await new Promise(resolve =>
    get(`http://127.0.0.1:${port}/leaf?id=${id}`, { agent: false }, incoming => {
      reached(id, 'response')
      incoming.on('data', chunk => onData(id, String(chunk)))
      incoming.on('end', () => {
        onData(id, 'end')
        resolve()
      })
    }),
  )
}
function onRun(id) {
  reached(id, 'run')
}
const runs = id =>
  new Promise(resolve =>
    execFile(process.execPath, ['--version'], { env: { HINDSCOPE: 'off' } }, () => {
      onRun(id)
      resolve()
    }),
  )

async function work(id, body) {
  reached(id, body)
  await Promise.all([awaits(id), queues(id), callbacks(id), events(id), streams(id), generators(id), pooled(id), fetches(id)])
  await Promise.all([ask(id, worker, 'thread'), ask(id, child, 'process'), askPort(id)])
  if (id.endsWith('00')) await runs(id)
  return reached(id, `done ${id}`)
}
function readBody(id, request) {
  return new Promise(resolve => {
    let body = ''
    request.on('data', chunk => {
      body += onData(id, String(chunk))
    })
    request.on('end', () => resolve(body))
  })
}
function leaf(id, response) {
  setTimeout(() => response.end(reached(id, `leaf ${id}`)), delayOf(id))
}
async function answer(id, request, response) {
  response.on('finish', () => reached(id, 'finish'))
  response.end(await work(id, await readBody(id, request)))
}
// Whoever makes the server is not the cause of its requests.
function open() {
  const made = createServer((request, response) => {
    const url = new URL(request.url, 'http://localhost')
    const id = url.searchParams.get('id')
    if (url.pathname === '/leaf') leaf(id, response)
    else store.run(id, answer, id, request, response)
  })
  return made.listen(0, '127.0.0.1', function announce() {
    port = made.address().port
    console.log(`port ${port}`)
  })
}
const server = open()
process.stdin.once('data', function stop() {
  server.close()
  server.closeAllConnections()
  worker.postMessage({ id: 'end', key: 'end' })
  child.disconnect()
})
