/** The paths of a session's calls and their time on the stack, from one walk over the rows of each track. */
import { StackWalk } from '../export/stack-walk.ts'
import { CallMark } from '../model/call-table.ts'
import { siteOfCall } from '../model/describe.ts'
import type { Site } from '../model/site-table.ts'
import type { Track } from '../model/track.ts'
import { NO_PATH, PathTree, at } from './path-tree.ts'

export interface PathScope {
  readonly tracks: readonly Track[]
  readonly fromUs: number
  /** Exclusive. */
  readonly toUs: number
}

export interface CallPaths {
  readonly tree: PathTree
  readonly functions: readonly { readonly key: string; readonly site: Site | undefined }[]
}

/** Functions by the key that all realms know them by. */
class FunctionNumbers {
  readonly functions: { readonly key: string; readonly site: Site | undefined }[] = []
  private readonly byKey = new Map<string, number>()

  /** Number of the function of a call; for one track, whose probes have numbers of their own. */
  ofTrack(track: Track): (call: number) => number {
    const bySite = new Map<number, number>()
    return call => {
      const probe = track.siteOfCall(call)
      let number = bySite.get(probe)
      if (number === undefined) bySite.set(probe, (number = this.numberOf(track, siteOfCall(track, call))))
      return number
    }
  }

  private numberOf(track: Track, site: Site | undefined): number {
    // A probe without a module is a number of its own realm only.
    const key = site?.probe === undefined ? `${track.number} ${site?.key ?? ''}` : site.key
    let number = this.byKey.get(key)
    if (number === undefined) {
      number = this.functions.push({ key, site }) - 1
      this.byKey.set(key, number)
    }
    return number
  }
}

export function callPaths(scope: PathScope): CallPaths {
  const tree = new PathTree()
  const numbers = new FunctionNumbers()
  for (const track of scope.tracks) {
    const endRow = scope.toUs === Infinity ? track.rows.length : track.rowAtTime(scope.toUs)
    if (endRow === 0) continue
    const paths = addCalls(tree, track, endRow, scope, numbers.ofTrack(track))
    addTimes(tree, track, endRow, scope, paths)
  }
  tree.sumUp()
  return { tree, functions: numbers.functions }
}

/** The path of each call; of activities that of their caller. */
function addCalls(tree: PathTree, track: Track, endRow: number, { fromUs, toUs }: PathScope, functionOf: (call: number) => number): Int32Array {
  const { calls } = track
  const paths = new Int32Array(calls.length).fill(NO_PATH)
  const endUs = Math.min(toUs, track.lastUs)
  for (let call = 0; call < calls.length; call++) {
    const enterRow = at(calls.enterRow, call)
    if (enterRow >= endRow) break
    const isCaused = ((calls.marks[call] ?? 0) & CallMark.asyncParent) !== 0
    const parent = at(calls.parent, call)
    const caller = isCaused || parent === -1 ? NO_PATH : at(paths, parent)
    if (calls.activity[call] !== 0) {
      paths[call] = caller
      continue
    }
    const path = tree.add(caller, functionOf(call))
    paths[call] = path
    const exitRow = at(calls.exitRow, call)
    const startUs = track.time(enterRow)
    const exitUs = exitRow === -1 ? track.lastUs : track.time(exitRow)
    if (exitRow !== -1 && exitUs < fromUs) {
      tree.addElsewhere(path, track.number, enterRow)
      continue
    }
    const elapsedUs = Math.max(0, Math.min(exitUs, endUs) - Math.max(startUs, fromUs))
    tree.addCall(path, { startUs, elapsedUs, wholeUs: exitUs - startUs }, track.number, enterRow)
  }
  return paths
}

/** Each stretch between two changes of the stack belongs to the call at its top; of a call that never ends, until its last event. */
function addTimes(tree: PathTree, track: Track, endRow: number, { fromUs, toUs }: PathScope, paths: Int32Array): void {
  const { calls } = track
  const walk = new StackWalk(track)
  const lastRows = lastRowsOf(track)
  let top = -1
  let sinceUs = 0
  const settle = (untilUs: number): void => {
    if (top === -1) return
    const endUs = calls.exitRow[top] === -1 ? Math.min(untilUs, track.time(at(lastRows, top))) : untilUs
    const us = Math.min(endUs, toUs) - Math.max(sinceUs, fromUs)
    if (us > 0) tree.addSelf(at(paths, top), us)
  }
  for (let row = 0; row < endRow; row++) {
    walk.step(row)
    if (walk.changes.length === 0) continue
    const timeUs = track.time(row)
    settle(timeUs)
    top = walk.stack.at(-1) ?? -1
    sinceUs = timeUs
  }
  settle(Math.min(toUs, track.lastUs))
}

function lastRowsOf({ rows, calls }: Track): Uint32Array {
  const lastRows = new Uint32Array(calls.length)
  for (let row = 0; row < rows.length; row++) {
    const call = rows.call[row] as number // SAFE: row < length
    if (call !== -1) lastRows[call] = row
  }
  return lastRows
}
