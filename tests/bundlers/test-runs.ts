/** What a run of tests recorded: its session, the tests as activities, and what was called in each. */
import { join } from 'node:path'
import { ManifestDirectory, fillManifests, listSessions, readSession } from '@hindscope/store'
import { createEngine } from '@hindscope/store/model'
import type { EventRow, IncidentRow, SessionSummary, TraceEngine, ValueNode } from '@hindscope/protocol'
import { manifestsDir } from 'hindscope'

export interface RecordedTest {
  readonly name: string
  /** Fields that its start and its end have, in one object. */
  readonly fields: Readonly<Record<string, unknown>>
  /** Functions with names that were called in it, in order. */
  readonly calls: readonly string[]
}

export interface RecordedRun {
  readonly session: SessionSummary
  readonly tests: readonly RecordedTest[]
  readonly incidents: readonly IncidentRow[]
  /** Arguments of `pick`, by the last part of the name of the test that it was called in. */
  readonly picks: Readonly<Record<string, readonly string[]>>
}

/** The only session of the folder. */
export async function readRun(dataDir: string): Promise<RecordedRun> {
  const sessions = await listSessions(dataDir)
  if (sessions.length !== 1) throw new RangeError(`${sessions.length} sessions in ${dataDir}`)
  const store = await readSession(join(dataDir, 'sessions', sessions[0] as string)) // SAFE: there is one
  await fillManifests(store, [new ManifestDirectory(manifestsDir(dataDir))])
  const engine = createEngine([store])
  const [session] = await engine.sessions()
  if (session === undefined) throw new RangeError('the session is empty')
  const of = { session: session.session, limit: 1000 }
  const { rows } = await engine.events({ ...of, kinds: ['activityStart', 'activityEnd'] })
  const tests: RecordedTest[] = []
  const picks: Record<string, string[]> = {}
  for (const start of rows.filter(row => row.kind === 'activityStart' && row.activity === 'test')) {
    const end = rows.find(row => row.kind === 'activityEnd' && row.ref.track === start.ref.track && row.call === start.call)
    const details = await Promise.all([start, end].flatMap(row => (row === undefined ? [] : [fieldsOf(engine, session.session, row)])))
    const called = await engine.events({ ...of, chain: start.ref, kinds: ['callEnter'] })
    const calls = called.rows.map(row => row.name).filter(name => FUNCTIONS.has(name))
    const picked = called.rows.filter(row => row.name === 'pick').map(row => row.preview.replace(/^\("|"\)$/g, ''))
    if (picked.length > 1) picks[start.name.split(' > ').at(-1) ?? ''] = picked
    tests.push({ name: start.name, fields: Object.assign({}, ...details) as RecordedTest['fields'], calls }) // SAFE: read as unknown
  }
  return { session, tests, picks, incidents: await engine.incidents({ session: session.session }) }
}

/** Of the application that is tested. */
const FUNCTIONS = new Set(['fill', 'clear', 'total', 'pick', 'refuse'])

async function fieldsOf(engine: TraceEngine, session: string, row: EventRow): Promise<object> {
  const { values } = await engine.event({ session, ref: row.ref })
  return Object.fromEntries(values.map(({ name, value }) => [name, plainOf(value)]))
}

const plainOf = (node: ValueNode): unknown => (node.kind === 'number' ? Number(node.text) : 'value' in node ? node.value : node.kind)

/** A report of Vitest or Jest without what differs from run to run. */
export function reportOf(results: unknown): unknown {
  const text = JSON.stringify(results, (key, value: unknown) => {
    if (TIMES.has(key)) return undefined
    return typeof value === 'string' ? value.replace(FOREIGN_FRAMES, '') : value
  })
  const report = JSON.parse(text) as { testResults: { name: string }[] } // SAFE: both runners write this
  report.testResults.sort((a, b) => (a.name < b.name ? -1 : 1))
  return report
}

/** Which of these there are depends on what else was due in the same tick. */
const FOREIGN_FRAMES = /\n +at (?:[^\n]*(?:node_modules\/|\(node:)[^\n]*|[^\n]*\(<anonymous>\))/g

/** Times, and what was counted, which is looked at by itself. */
const TIMES = new Set(['coverageMap', 'startTime', 'endTime', 'duration', 'start', 'end', 'runtime', 'startAt', 'perfStats'])
