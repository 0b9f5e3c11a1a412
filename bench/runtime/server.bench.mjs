// A JSON service on node:http under load. Three processes: this one is the client (sockets that are kept), the plain service is another and
// the recorded one the third; they are measured by turns. Requests a second are counted when both are warm; so is the CPU time of each.
import { connect } from 'node:net'
import { fixed, whenCase } from '../lib/case.mjs'
import { CONNECTIONS, REQUESTS } from './feed.mjs'
import { inPairs, least, prepareService, serviceTable, serviceVariants } from './by-turns.mjs'

export const title = 'A JSON service under load: ratio to plain'
export const notes = `node:http, router, validation, asynchronous store, orders of four lines; every function of it instrumented, all of Node's adapters on, written to a trace file.
16 connections from a process of its own, to the plain service and to the recorded one by turns of 0.3 and 1.2 seconds. Requests a second and the service's CPU time a request: a ratio is that of a turn and the next, median of seven pairs and of the rounds; above 1 is slower. Plain: its best turn.
The default governor, which lowers what costs most. \`raw\`: values without a governor.`
export const rounds = 3
export const quickRounds = 1
export const variants = serviceVariants
export const prepare = prepareService

const UNDER_WAY = 4
/** Milliseconds until a slice is counted: caches fill, and what the other service left for its timers gets done. */
const RAMP = 100
const pause = ms => new Promise(resolve => setTimeout(resolve, ms))

/** Puts load on a service for so long, over connections that stay open; so many requests are always under way that it never waits for its client. */
function loadOf({ port, ask }) {
  let answers = 0
  let wrong = 0
  let length = 0
  let underWay = 0
  let isOn = false
  let onIdle
  const connections = Array.from({ length: CONNECTIONS }, (_, start) => {
    const socket = connect(port, '127.0.0.1')
    let at = start
    let got = ''
    const send = count => {
      let batch = ''
      for (let i = 0; i < count; i++) batch += REQUESTS[at++ % REQUESTS.length]
      underWay += count
      socket.write(batch)
    }
    socket.setNoDelay(true)
    socket.on('data', part => {
      got += part.latin1Slice()
      let answered = 0
      for (let from = 0; ;) {
        const head = got.indexOf('\r\n\r\n', from)
        const size = head < 0 ? 0 : Number(/content-length: (\d+)/i.exec(got.slice(from, head))[1])
        const end = head + 4 + size
        if (head < 0 || got.length < end) {
          got = got.slice(from)
          break
        }
        length = Math.max(length, size)
        if (!got.startsWith('HTTP/1.1 200', from)) wrong++
        answered++
        from = end
      }
      answers += answered
      underWay -= answered
      if (isOn && answered > 0) send(answered)
      else if (underWay === 0) onIdle()
    })
    return send
  })
  return async ms => {
    const before = await ask('cpu')
    const first = answers
    const idle = new Promise(resolve => (onIdle = resolve))
    isOn = true
    for (const send of connections) send(UNDER_WAY)
    await pause(RAMP)
    const from = answers
    const started = performance.now()
    await pause(ms)
    const us = ((performance.now() - started) * 1000) / (answers - from)
    isOn = false
    await idle
    const after = await ask('cpu')
    // The whole slice, with the requests that are not counted above.
    const requests = answers - first
    return { us, requests, cpuUs: (after.cpu - before.cpu) / requests, events: after.events - before.events, wrong, length }
  }
}

await whenCase(import.meta, async ({ level }) => {
  const { plain, recorded, ratioOf, eventsPerRequest, check } = await inPairs(level, loadOf)
  return {
    ratio: ratioOf('us'),
    cpuRatio: ratioOf('cpuUs'),
    plainPerSecond: 1e6 / least(plain, 'us'),
    perSecond: 1e6 / least(recorded, 'us'),
    plainCpuUs: least(plain, 'cpuUs'),
    cpuUs: least(recorded, 'cpuUs'),
    eventsPerRequest,
    check,
  }
})

export const report = rows =>
  serviceTable(
    rows,
    cases => {
      const perSecond = Math.max(...cases.map(({ plainPerSecond }) => plainPerSecond.max))
      const cpuUs = Math.min(...cases.map(({ plainCpuUs }) => plainCpuUs.min))
      return `${fixed(perSecond, 0)}/s, ${fixed(cpuUs, 0)} µs`
    },
    ({ ratio, cpuRatio, eventsPerRequest }) =>
      `×${fixed(ratio.median)} (CPU ×${fixed(cpuRatio.median)}, ${fixed(eventsPerRequest.median, 0)} events)`,
  )
