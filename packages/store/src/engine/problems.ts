/**
 * What a person should look at first, most serious rule first. Every problem is found in the recorded events and says where;
 * repeats of one problem are one entry with a count.
 */
import type { Problem, ProblemRule } from '@hindscope/protocol'
import { nameOfCall, siteOfCall } from '../model/describe.ts'
import type { TraceStore } from '../model/trace-store.ts'
import type { Track } from '../model/track.ts'
import { selfTime } from './calls.ts'
import { findFailures, placeOf } from './failures.ts'
import { findOverlaps } from './overlaps.ts'

/** Longer than this in a function's own code is a long task: the page or the server stands still. */
const SLOW_US = 50_000
const SLOW_FUNCTIONS = 5

const RULES: readonly ProblemRule[] = [
  'uncaught-error',
  'unhandled-rejection',
  'overlapping-writers',
  'http-failed',
  'thrown',
  'console-error',
  'slow-call',
  'dropped',
  'damage',
]

/** Entries by (rule, title), so that repeats are counted. */
class ProblemList {
  private readonly entries = new Map<string, { problem: Problem; count: number }>()

  add(problem: Omit<Problem, 'count'>, count = 1): void {
    const key = `${problem.rule}\n${problem.title}`
    const known = this.entries.get(key)
    if (known) known.count += count
    else this.entries.set(key, { problem: { ...problem, count }, count })
  }

  sorted(): Problem[] {
    return [...this.entries.values()]
      .map(({ problem, count }) => ({ ...problem, count }))
      .sort((a, b) => RULES.indexOf(a.rule) - RULES.indexOf(b.rule) || b.count - a.count)
  }
}

export function queryProblems(store: TraceStore): Problem[] {
  const list = new ProblemList()
  for (const places of findFailures(store)) {
    const [cause] = places
    if (cause === undefined) continue
    const { title, evidence, ref } = cause
    const rule = places.reduce((worst, place) => (RULES.indexOf(place.rule) < RULES.indexOf(worst) ? place.rule : worst), cause.rule)
    list.add({ rule, title, evidence, ref, ...(places.length > 1 && { places }) })
  }
  for (const track of store.tracks) {
    addSlowCalls(list, track)
    if (track.dropped > 0) {
      const who = track.definition?.name ?? `track ${track.number}`
      list.add(
        { rule: 'dropped', title: `${track.dropped} events of ${who} are missing`, evidence: 'dropped by the recorder or lost with a chunk' },
        track.dropped,
      )
    }
  }
  for (const overlap of findOverlaps(store)) {
    const title = `${overlap.runs} overlapping runs of ${overlap.name}(): the older one finished last`
    list.add({ rule: 'overlapping-writers', title, evidence: overlap.evidence, ref: overlap.ref }, overlap.stale)
  }
  for (const { code, bytes, message } of store.damage)
    list.add({ rule: 'damage', title: `${bytes} bytes could not be read (${code})`, evidence: message })
  return list.sorted()
}

function addSlowCalls(list: ProblemList, track: Track): void {
  const { calls } = track
  const worst = new Map<number, { call: number; selfUs: number; count: number }>()
  for (let call = 0; call < calls.length; call++) {
    const exitRow = calls.exitRow[call] ?? -1
    if (calls.activity[call] !== 0 || exitRow === -1 || track.time(exitRow) - track.time(calls.enterRow[call] ?? 0) < SLOW_US) continue
    const probe = siteOfCall(track, call)?.functionProbe
    const selfUs = selfTime(track, call)
    if (probe?.async !== false || probe.generator || selfUs < SLOW_US) continue
    const site = track.siteOfCall(call)
    const known = worst.get(site)
    if (known === undefined) worst.set(site, { call, selfUs, count: 1 })
    else worst.set(site, { ...(selfUs > known.selfUs ? { call, selfUs } : known), count: known.count + 1 })
  }
  for (const { call, selfUs, count } of [...worst.values()].sort((a, b) => b.selfUs - a.selfUs).slice(0, SLOW_FUNCTIONS)) {
    const row = calls.enterRow[call] ?? 0
    const title = `${nameOfCall(track, call)} ran ${Math.round(selfUs / 1000)} ms without a break`
    list.add({ rule: 'slow-call', title, evidence: placeOf(track, row), ref: { track: track.number, seq: track.seqOf(row) } }, count)
  }
}
