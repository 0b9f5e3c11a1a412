// The service in a process of its own: `node server-process.mjs <program> <level> <folder for the trace>`. Recorded as a program is that
// finds no collector: the whole recorder of Node with all its adapters, writing a trace file. Tells its port, then answers tasks.
import { pathToFileURL } from 'node:url'
import { feedOf } from './feed.mjs'
import { profileInto } from './profile.mjs'
import { RECORDED } from './programs.mjs'

const [program, level, dataDir] = process.argv.slice(2)
let recorder
if (level !== 'plain') {
  const { start } = await import('@hindscope/runtime/start')
  recorder = start({ config: { dataDir, level: RECORDED[level], ...(level === 'raw' && { overhead: 0 }) } })
  if (!recorder) throw new Error('no recorder')
}
const { listen } = await import(pathToFileURL(program).href)
const server = await listen()
let feed
let stopProfile
const eventsNow = () => recorder?.stats().events ?? 0
const TASKS = {
  /** CPU time of all threads so far. */
  cpu() {
    const { user, system } = process.cpuUsage()
    return { cpu: user + system, events: eventsNow() }
  },
  /** Starts the profiler, and stops it the second time. */
  async profile() {
    stopProfile = await (stopProfile ? stopProfile() : profileInto(process.env.BENCH_CPU_PROFILE))
    return {}
  },
  /** Load without sockets for `ms`. */
  async feed(ms) {
    feed ??= feedOf(server)
    const before = eventsNow()
    const figures = await feed(ms)
    return { ...figures, events: eventsNow() - before }
  },
}
process.on('message', async ({ task, ms }) => process.send(await TASKS[task](ms)))
process.on('disconnect', () => process.exit(0))
process.send({ port: server.address().port })
