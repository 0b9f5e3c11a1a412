// A JSON service on node:http under load. Three processes: this one is the client (sockets that are kept, one request at a time on each),
// the service is another. Requests a second are counted when both are warm; so is the service's CPU time for each.
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { find, fixed, table, whenCase } from '../lib/case.mjs'
import { programFile } from './programs.mjs'

export const title = 'A JSON service under load: ratio to plain'
export const notes = `node:http, router, validation, asynchronous store, orders of four lines; every function of it instrumented, all of Node's adapters on, written to a trace file.
16 connections from a process of its own. Requests a second and the service's CPU time a request, best of the rounds; ratio above 1 is slower.`
export const rounds = 3
export const quickRounds = 1

const LEVELS = ['plain', 'off', 'calls', 'values', 'raw']
export const variants = ['node20', 'node24'].flatMap(engine =>
  LEVELS.filter(level => engine === 'node20' || level !== 'raw').map(level => ({ engine, level })),
)
export async function prepare() {
  for (const level of LEVELS) await programFile('service', level)
}

const CONNECTIONS = 16
const UNDER_WAY = 4
const ORDER = JSON.stringify({ lines: [1, 2, 3, 4].map(i => ({ id: `p${i * 17}`, count: i })) })
const text = (head, body = '') =>
  `${head} HTTP/1.1\r\nHost: shop.test\r\n${body && `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`}\r\n${body}`
const REQUESTS = [text('GET /products/p42'), text('POST /orders', ORDER), text('GET /search?tag=t3'), text('POST /orders', ORDER)]

/** Keeps UNDER_WAY requests on the way, so that the service never waits for its client; gives each answer and its length to `onAnswer`. */
function client(port, start, onAnswer) {
  const socket = connect(port, '127.0.0.1')
  let at = start
  let got = ''
  const send = count => {
    let batch = ''
    for (let i = 0; i < count; i++) batch += REQUESTS[at++ % REQUESTS.length]
    socket.write(batch)
  }
  socket.setNoDelay(true)
  socket.on('connect', () => send(UNDER_WAY))
  socket.on('data', part => {
    got += part.latin1Slice()
    let answered = 0
    for (let from = 0; ;) {
      const head = got.indexOf('\r\n\r\n', from)
      const length = head < 0 ? 0 : Number(/content-length: (\d+)/i.exec(got.slice(from, head))[1])
      const end = head + 4 + length
      if (head < 0 || got.length < end) {
        got = got.slice(from)
        break
      }
      onAnswer(got.slice(from, end), length)
      answered++
      from = end
    }
    if (answered > 0) send(answered)
  })
  return socket
}
const pause = ms => new Promise(resolve => setTimeout(resolve, ms))
const answerOf = child => new Promise(resolve => child.once('message', resolve))

await whenCase(import.meta, async ({ level }) => {
  const program = await programFile('service', level)
  const dir = mkdtempSync(join(tmpdir(), 'bench-service-'))
  const child = fork(fileURLToPath(new URL('server-process.mjs', import.meta.url)), [program, level, dir], {
    execArgv: ['--no-warnings'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  try {
    const { port } = await answerOf(child)
    let answers = 0
    let wrong = 0
    let length = 0
    const sockets = Array.from({ length: CONNECTIONS }, (_, i) =>
      client(port, i, (answer, size) => {
        answers++
        length = Math.max(length, size)
        if (!answer.startsWith('HTTP/1.1 200')) wrong++
      }),
    )
    const [warm, measured] = process.env.BENCH_QUICK ? [600, 1000] : [1000, 2000]
    await pause(warm)
    const ask = async () => {
      child.send('cpu')
      return answerOf(child)
    }
    const before = await ask()
    const from = answers
    const started = performance.now()
    await pause(measured)
    const requests = answers - from
    const seconds = (performance.now() - started) / 1000
    const after = await ask()
    for (const socket of sockets) socket.destroy()
    if (wrong > 0 || requests < 100) throw new Error(`${wrong} wrong answers, ${requests} requests`)
    if (level !== 'plain' && level !== 'off' && after.events <= before.events) throw new Error('no events were recorded')
    return {
      perSecond: requests / seconds,
      cpuUs: (after.cpu - before.cpu) / requests,
      eventsPerRequest: (after.events - before.events) / requests,
      check: String(length),
    }
  } finally {
    if (child.connected) child.send('end')
    await new Promise(resolve => child.once('exit', resolve))
    rmSync(dir, { recursive: true, force: true })
  }
})

export function report(rows) {
  const lines = ['node20', 'node24'].flatMap(engine => {
    const plain = find(rows, { engine, level: 'plain' })?.figures
    if (!plain) return []
    const cells = LEVELS.slice(1).map(level => {
      const row = find(rows, { engine, level })
      if (!row) return '–'
      const { perSecond, cpuUs, eventsPerRequest, check } = row.figures
      if (check !== plain.check) throw new Error(`the service answered something else at ${level}`)
      return `×${fixed(plain.perSecond.max / perSecond.max)} (CPU ×${fixed(cpuUs.min / plain.cpuUs.min)}, ${fixed(eventsPerRequest.median, 0)} events)`
    })
    return [[engine, `${fixed(plain.perSecond.max, 0)}/s, ${fixed(plain.cpuUs.min, 0)} µs`, ...cells]]
  })
  return table(['engine', 'plain', ...LEVELS.slice(1)], lines)
}
