/** What recordings left behind: the collector's address, manifests, sessions. */
import { manifestKeys, manifestsDir } from 'hindscope'
import { clockText, countText } from '../format/units.ts'
import { addressPath, findCollector } from '../sources/collector-address.ts'
import { openRecorded } from '../sources/recorded.ts'
import type { Terminal } from '../terminal.ts'
import type { Check } from './check.ts'
import { checkHealth, collectorHealth } from './collector-health.ts'

export async function checkCollector(dataDir: string, env: Terminal['env']): Promise<Check> {
  const found = await findCollector(dataDir, env)
  const id = 'collector'
  switch (found.kind) {
    case 'alive':
      return checkHealth(`Collector ${found.address.url} answers`, [countText(found.sessions, 'session')], await collectorHealth(found.address))
    case 'absent':
      return {
        id,
        status: 'note',
        title: 'No collector is running',
        details: [`${addressPath(dataDir)} does not exist; it is there while a dev server with the plugin or hindscope run is`],
      }
    case 'dead': {
      const fix =
        found.address.pid === 0
          ? 'Correct HINDSCOPE_URL and HINDSCOPE_TOKEN, or unset them.'
          : `Start the recording again; if that does not help, remove ${addressPath(dataDir)}.`
      return { id, status: 'problem', title: `Collector ${found.address.url} does not answer`, details: [found.reason], fix }
    }
    case 'unreadable':
      return {
        id,
        status: 'problem',
        title: `${addressPath(dataDir)} cannot be read`,
        details: [found.reason],
        fix: 'Remove it and start the recording again.',
      }
  }
}

export function checkManifests(dataDir: string): Check {
  const dir = manifestsDir(dataDir)
  const count = manifestKeys(dataDir).size
  const title = count === 0 ? 'No module was instrumented by a bundler yet' : `${countText(count, 'module')} instrumented by a bundler`
  return { id: 'manifests', status: count === 0 ? 'note' : 'ok', title, details: [dir] }
}

export async function checkSessions(dataDir: string): Promise<Check> {
  await using trace = await openRecorded(dataDir)
  const sessions = (await trace.engine.sessions()).toSorted((a, b) => b.startedMs - a.startedMs)
  const last = sessions[0]
  if (last === undefined) return { id: 'sessions', status: 'note', title: 'Nothing was recorded here yet', details: [dataDir] }
  const details = [`last: ${last.session}, ${countText(last.events, 'event')}, ${last.dropped} dropped`]
  const title = countText(sessions.length, 'session')
  if (last.events === 0)
    return {
      id: 'sessions',
      status: 'problem',
      title: `${title}, the last one without an event`,
      details,
      fix: 'See the other findings; run the program again.',
    }
  return { id: 'sessions', status: last.dropped > 0 ? 'note' : 'ok', title, details: [...details, `last event at ${clockText(last.lastUs)}`] }
}
