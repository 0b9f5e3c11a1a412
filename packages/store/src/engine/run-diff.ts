/** `diffRuns`: two sessions aligned by which function called which. */
import { RUN_CHANGES } from '@hindscope/protocol'
import type {
  Completeness,
  EventRef,
  ResultDifference,
  RunChange,
  RunDiff,
  RunDiffQuery,
  RunDiffRow,
  RunPair,
  RunTotals,
  StateDifference,
  StoreState,
} from '@hindscope/protocol'
import { OutcomeCode } from '../model/call-table.ts'
import { resultPreview } from '../model/describe.ts'
import { formatValue } from '../model/format-value.ts'
import type { TraceStore } from '../model/trace-store.ts'
import { storesAt } from '../replay/store-states.ts'
import { buildRunTree, callsBelow, pathOf } from './run-tree.ts'
import type { PlacedCall, RunPlace, RunTree } from './run-tree.ts'
import { refuse, wholeNumber } from './validate.ts'

/** Results that are read, of each session. */
const MOST_RESULTS = 40_000
const MOST_STORES = 100
/** Slower by this is told, and quicker by as much, where it is worth telling. */
const SLOWER = 1.5
const LEAST_US = 1000

export function queryRunDiff(session: TraceStore, other: TraceStore, query: RunDiffQuery): RunDiff {
  const limit = wholeNumber('diffRuns', 'limit', query.limit, { min: 1, max: 1000, fallback: 200 })
  const wanted = query.changes ?? RUN_CHANGES
  if (!Array.isArray(wanted) || !wanted.every(each => RUN_CHANGES.includes(each))) {
    refuse('diffRuns', 'changes', wanted, `a list of ${RUN_CHANGES.join(', ')}`)
  }
  const trees = { session: buildRunTree(session), other: buildRunTree(other) }
  const walk = new Alignment()
  walk.align(trees.session.root, trees.other.root)
  const rows = walk.rows.filter(({ changes }) => changes.some(change => wanted.includes(change))).sort(byWeight)
  return {
    totals: { session: totalsOf(session, trees.session), other: totalsOf(other, trees.other) },
    same: walk.same,
    rows: rows.slice(0, limit),
    total: rows.length,
    state: stateDifferences(session, other),
    completeness: completenessOf(trees, walk),
  }
}

function totalsOf(store: TraceStore, { calls, activities, errors }: RunTree): RunTotals {
  const tracks = store.tracks.filter(track => track.rows.length > 0)
  const firstUs = tracks.reduce((first, track) => Math.min(first, track.firstUs), Infinity)
  const lastUs = tracks.reduce((last, track) => Math.max(last, track.lastUs), 0)
  return { calls, activities, errors, durationUs: tracks.length === 0 ? 0 : lastUs - firstUs }
}

function completenessOf({ session, other }: RunPair<RunTree>, { resultsLeftOut }: Alignment): Completeness {
  const reasons = [
    ...(session.leftOut + other.leftOut > 0 ? [`${session.leftOut + other.leftOut} calls are in more places than are compared`] : []),
    ...(resultsLeftOut > 0 ? [`the results of ${resultsLeftOut} calls were not compared`] : []),
  ]
  return reasons.length === 0 ? { kind: 'complete' } : { kind: 'partial', reason: reasons.join('; ') }
}

/** New and missing ones first; then where most happens. */
function byWeight(a: RunDiffRow, b: RunDiffRow): number {
  const isOneSided = ({ changes }: RunDiffRow): boolean => changes[0] === 'new' || changes[0] === 'missing'
  const weight = ({ calls, below = 0 }: RunDiffRow): number => Math.max(calls.session, calls.other) + below
  return Number(isOneSided(b)) - Number(isOneSided(a)) || weight(b) - weight(a)
}

class Alignment {
  readonly rows: RunDiffRow[] = []
  same = 0
  resultsLeftOut = 0
  private results = MOST_RESULTS

  /** Of two places that are the same one. */
  align(session: RunPlace, other: RunPlace): void {
    const open: (readonly [RunPlace, RunPlace])[] = [[session, other]]
    for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
      const [left, right] = pair
      const others = new Map(right.below.map(place => [place.key, place]))
      for (const place of left.below) {
        const match = others.get(place.key)
        if (match === undefined) this.addOneSided(place, 'missing')
        else {
          others.delete(place.key)
          this.compare(place, match)
          open.push([place, match])
        }
      }
      for (const place of others.values()) this.addOneSided(place, 'new')
    }
  }

  private addOneSided(place: RunPlace, change: 'new' | 'missing'): void {
    const mine: RunPair<number> = change === 'missing' ? { session: 1, other: 0 } : { session: 0, other: 1 }
    const side = change === 'missing' ? 'session' : 'other'
    this.rows.push({
      ...rowOf(place),
      changes: [change],
      calls: { session: mine.session * place.calls, other: mine.other * place.calls },
      errors: { session: mine.session * place.errors, other: mine.other * place.errors },
      meanUs: place.ended === 0 ? {} : { [side]: place.totalUs / place.ended },
      first: place.first === undefined ? {} : { [side]: place.first },
      below: callsBelow(place),
    })
  }

  private compare(session: RunPlace, other: RunPlace): void {
    if (session.kind === 'realm') return
    const changes: RunChange[] = []
    if (session.calls !== other.calls || session.errors !== other.errors) changes.push('count')
    const result = session.calls === other.calls ? this.compareResults(session, other) : undefined
    if (result !== undefined) changes.push('result')
    const means = meansOf(session, other)
    if (isOtherTime(means)) changes.push('time')
    if (changes.length === 0) {
      this.same++
      return
    }
    const { session: mean = 0, other: otherMean } = means
    this.rows.push({
      ...rowOf(session),
      changes,
      calls: { session: session.calls, other: other.calls },
      errors: { session: session.errors, other: other.errors },
      meanUs: means,
      ...(mean > 0 && otherMean !== undefined ? { ratio: otherMean / mean } : {}),
      first: { ...(session.first && { session: session.first }), ...(other.first && { other: other.first }) },
      ...(result === undefined ? {} : { result }),
    })
  }

  /** Places with as many calls: the first with the first, and so on. */
  private compareResults(session: RunPlace, other: RunPlace): ResultDifference | undefined {
    const compared = Math.min(session.kept.length, this.results)
    this.resultsLeftOut += session.calls - compared
    this.results -= compared
    let different = 0
    let first: Pick<ResultDifference, 'index' | 'example'> | undefined
    for (let index = 0; index < compared; index++) {
      const [mine, theirs] = [session.kept[index], other.kept[index]]
      if (mine === undefined || theirs === undefined) continue
      const texts = { session: resultText(mine), other: resultText(theirs) }
      if (texts.session === texts.other) continue
      different++
      first ??= { index, example: { session: { text: texts.session, ref: endOf(mine) }, other: { text: texts.other, ref: endOf(theirs) } } }
    }
    return first === undefined ? undefined : { compared, different, ...first }
  }
}

function meansOf(session: RunPlace, other: RunPlace): Partial<RunPair<number>> {
  return {
    ...(session.ended > 0 && { session: session.totalUs / session.ended }),
    ...(other.ended > 0 && { other: other.totalUs / other.ended }),
  }
}

function isOtherTime({ session, other }: Partial<RunPair<number>>): boolean {
  if (session === undefined || other === undefined || Math.abs(session - other) < LEAST_US) return false
  return Math.max(session, other) >= SLOWER * Math.min(session, other)
}

const rowOf = (place: RunPlace): Pick<RunDiffRow, 'path' | 'kind' | 'location'> => ({
  path: pathOf(place),
  kind: place.kind === 'activity' ? 'activity' : 'call',
  ...(place.location === undefined ? {} : { location: place.location }),
})

/** How a call ended, in one line. */
function resultText({ track, call }: PlacedCall): string {
  const { calls } = track
  const exitRow = calls.exitRow[call] ?? -1
  if (exitRow === -1) return 'not ended'
  const [value] = track.valuesOf(exitRow)
  if (calls.outcome[call] === OutcomeCode.unwound) return '✗'
  if (calls.activity[call] !== 0) return resultPreview(value).trim()
  const text = value === undefined ? '' : formatValue(value)
  return calls.outcome[call] === OutcomeCode.threw ? `✗ ${text}` : text
}

function endOf({ track, call }: PlacedCall): EventRef {
  const exitRow = track.calls.exitRow[call] ?? -1
  return { track: track.number, seq: track.seqOf(exitRow === -1 ? (track.calls.enterRow[call] ?? 0) : exitRow) }
}

interface EndState {
  readonly text: string
  readonly ref: EventRef | undefined
}

function stateDifferences(session: TraceStore, other: TraceStore): StateDifference[] {
  const [mine, theirs] = [endStates(session), endStates(other)]
  const differences: StateDifference[] = []
  for (const name of new Set([...mine.keys(), ...theirs.keys()])) {
    const [left, right] = [mine.get(name), theirs.get(name)]
    if (left?.text === right?.text) continue
    differences.push({
      store: name,
      text: { ...(left && { session: left.text }), ...(right && { other: right.text }) },
      ref: { ...(left?.ref && { session: left.ref }), ...(right?.ref && { other: right.ref }) },
    })
  }
  return differences.slice(0, MOST_STORES)
}

/** Of each store what it held after the last event of its track. */
function endStates(store: TraceStore): Map<string, EndState> {
  const states = new Map<string, EndState>()
  for (const track of store.tracks) {
    if (track.rows.length === 0) continue
    for (const state of storesAt(track, track.rows.length - 1)) states.set(state.name, endState(state))
  }
  return states
}

function endState({ snapshot, changes }: StoreState): EndState {
  const parts = changes.map(({ key, value }) => `${key}: ${formatValue(value)}`).sort()
  const text = [...(snapshot === undefined ? [] : [formatValue(snapshot.value)]), ...parts].join(', ')
  return { text, ref: changes.at(-1)?.ref ?? snapshot?.ref }
}
