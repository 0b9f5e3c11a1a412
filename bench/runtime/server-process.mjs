// The service in a process of its own: `node server-process.mjs <program> <level> <folder for the trace>`. Recorded as a program is that
// finds no collector: the whole default recorder of Node with all its adapters, writing a trace file. Tells its port, then its CPU time.
import { pathToFileURL } from 'node:url'
import { profileInto } from './profile.mjs'

const [program, level, dataDir] = process.argv.slice(2)
let recorder
if (level !== 'plain') {
  const { start } = await import('@hindscope/runtime/start')
  const ceiling = { off: 'off', calls: 'calls' }[level]
  recorder = start({ config: { dataDir, ...(ceiling && { level: ceiling }), ...(level === 'raw' && { overhead: 0 }) } })
  if (!recorder) throw new Error('no recorder')
}
const { listen } = await import(pathToFileURL(program).href)
const server = await listen()
const cpu = () => process.cpuUsage().user + process.cpuUsage().system
let stopProfile
process.on('message', async message => {
  if (message === 'cpu' && process.env.BENCH_CPU_PROFILE)
    stopProfile = stopProfile ? await stopProfile() : await profileInto(process.env.BENCH_CPU_PROFILE)
  if (message === 'cpu') process.send({ cpu: cpu(), events: recorder?.stats().events ?? 0, errors: recorder?.stats().errors ?? {} })
  if (message === 'end') process.exit(0)
})
process.send({ port: server.address().port })
