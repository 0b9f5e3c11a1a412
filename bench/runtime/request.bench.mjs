// The same service as in server.bench.mjs, fed in its own process: what recording a request takes, which sockets would blur.
import { fixed, whenCase } from '../lib/case.mjs'
import { inPairs, least, prepareService, serviceTable, serviceVariants } from './by-turns.mjs'

export const title = 'A request of the JSON service without sockets: microseconds on top of plain'
export const notes = `The service above, its requests handed to Node's HTTP server over 16 connections in memory, one request at a time each: the recorder's own cost a request without the system calls, which are most of a request's time under load.
Plain and recorded in a process of their own, by turns of 0.3 and 1.2 seconds. The ratio is that of a turn and the next, median of seven pairs and of the rounds; plain is its best turn, and what comes on top is told at its speed. Levels as above.`
export const rounds = 3
export const quickRounds = 1
export const variants = serviceVariants
export const prepare = prepareService

const loadOf = service => ms => service.ask('feed', ms)

await whenCase(import.meta, async ({ level }) => {
  const { plain, recorded, ratioOf, eventsPerRequest, check } = await inPairs(level, loadOf)
  return { ratio: ratioOf('us'), plainUs: least(plain, 'us'), us: least(recorded, 'us'), eventsPerRequest, check }
})

const plainOf = cases => Math.min(...cases.map(({ plainUs }) => plainUs.min))
export const report = rows =>
  serviceTable(
    rows,
    cases => `${fixed(plainOf(cases), 1)} µs`,
    ({ ratio, eventsPerRequest }, cases) =>
      `${fixed((ratio.median - 1) * plainOf(cases), 1)} µs (×${fixed(ratio.median)}, ${fixed(eventsPerRequest.median, 0)} events)`,
  )
