// Where the time of a case goes: a CPU profile of what is measured alone, and the functions with most self time in it.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

const SHOWN = 6
/** The profiler being started and stopped. */
const isProfiler = (name, url) => url.startsWith('node:inspector') || (name === 'dispatch' && url === '')
const NOT_WORK = new Set(['(idle)', '(root)'])

/** Lines `share  function  file:line` of the largest profile in the folder; empty without one. */
export function topFunctions(dir) {
  const profiles = readdirSync(dir)
    .filter(name => name.endsWith('.cpuprofile'))
    .map(name => JSON.parse(readFileSync(join(dir, name), 'utf8')))
  const profile = profiles.toSorted((a, b) => b.samples.length - a.samples.length)[0]
  if (!profile) return []
  const nodes = new Map(profile.nodes.map(node => [node.id, node.callFrame]))
  const time = new Map()
  let total = 0
  profile.samples.forEach((id, i) => {
    const { functionName, url, lineNumber } = nodes.get(id)
    if (NOT_WORK.has(functionName) || isProfiler(functionName, url)) return
    const name = `${functionName || '(anonymous)'}${url ? `  ${basename(url)}:${lineNumber + 1}` : ''}`
    const spent = Math.max(0, profile.timeDeltas[i])
    total += spent
    time.set(name, (time.get(name) ?? 0) + spent)
  })
  return [...time]
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, SHOWN)
    .map(([name, spent]) => `${((100 * spent) / total).toFixed(0).padStart(3)} %  ${name}`)
}

const SAMPLE_US = 200

/** Starts the profiler of this process; the function it gives stops it and writes the profile. */
export async function profileInto(dir) {
  const { Session } = await import('node:inspector/promises')
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_US })
  await session.post('Profiler.start')
  return async () => {
    const { profile } = await session.post('Profiler.stop')
    writeFileSync(join(dir, `${process.pid}.cpuprofile`), JSON.stringify(profile))
    session.disconnect()
  }
}
