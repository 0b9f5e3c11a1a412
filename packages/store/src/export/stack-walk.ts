/**
 * The synchronous stack of one track, replayed row by row: which calls open and close, always properly nested, whatever was lost.
 *
 * A call that suspends is closed at the suspension and opened again at its resumption. Activities are no frames: they wait, they do not
 * run. A frame above one that is seen alive is gone (ARCHITECTURE.md, "frames above a live probe are gone"), so it is closed there. A
 * call that nothing on the stack called may run on top of it (a listener whose cause lies elsewhere); but frames whose end was never
 * recorded are closed then, or everything after a lost record would hang below it.
 */
import { EventKind } from '@hindscope/protocol'
import { CallMark } from '../model/call-table.ts'
import type { Track } from '../model/track.ts'

export class StackWalk {
  /** What the last step did, in order: `call` was opened, `~call` means that it was closed. Used again by the next step. */
  readonly changes: number[] = []
  /** Open calls, outermost first. */
  readonly stack: number[] = []
  private readonly track: Track
  private readonly isOpen: Uint8Array

  constructor(track: Track) {
    this.track = track
    this.isOpen = new Uint8Array(track.calls.length)
  }

  /** Takes the next row. Linear over all rows: a call is opened once, and once a resumption. */
  step(row: number): void {
    this.changes.length = 0
    const { rows, calls } = this.track
    const call = rows.call[row] ?? -1
    if (call === -1 || calls.activity[call] !== 0) return
    switch (rows.kind[row]) {
      case EventKind.callEnter:
        return this.enter(call)
      case EventKind.suspendAwait:
      case EventKind.suspendYield:
      case EventKind.callReturn:
      case EventKind.callThrow:
      case EventKind.callUnwind:
        return this.closeThrough(call)
      case EventKind.resumeAwait:
      case EventKind.resumeYield:
        return this.resume(call, row)
    }
  }

  /** Closes what is open where the trace ends. */
  end(): void {
    this.changes.length = 0
    while (this.stack.length > 0) this.closeTop()
  }

  private enter(call: number): void {
    const caller = this.callerOf(call)
    if (caller !== -1 && this.isOpen[caller] === 1) while (this.stack.at(-1) !== caller) this.closeTop()
    else this.closeEndless()
    this.open(call)
  }

  private resume(call: number, row: number): void {
    const exitRow = this.track.calls.exitRow[call] ?? -1
    if (this.isOpen[call] === 1 || (exitRow !== -1 && exitRow < row)) return
    // Code after `await` runs on an empty stack; a generator goes on above whoever asked it to.
    if (this.track.rows.kind[row] === EventKind.resumeAwait) this.closeEndless()
    this.open(call)
  }

  /** The nearest call that called this one synchronously, through activities such as a dispatched event. */
  private callerOf(call: number): number {
    const { parent, activity, marks } = this.track.calls
    let at = call
    for (;;) {
      if (((marks[at] ?? 0) & CallMark.asyncParent) !== 0) return -1
      at = parent[at] ?? -1
      if (at === -1 || activity[at] === 0) return at
    }
  }

  private open(call: number): void {
    this.isOpen[call] = 1
    this.stack.push(call)
    this.changes.push(call)
  }

  private closeTop(): void {
    const call = this.stack.pop()
    if (call === undefined) return
    this.isOpen[call] = 0
    this.changes.push(~call)
  }

  private closeThrough(call: number): void {
    while (this.isOpen[call] === 1) this.closeTop()
  }

  private closeEndless(): void {
    for (let top = this.stack.at(-1); top !== undefined && this.track.calls.exitRow[top] === -1; top = this.stack.at(-1)) this.closeTop()
  }
}

/** 1 for each call that suspends at least once. */
export function suspendedCalls(track: Track): Uint8Array {
  const { rows } = track
  const suspended = new Uint8Array(track.calls.length)
  for (let row = 0; row < rows.length; row++) {
    const call = rows.call[row] ?? -1
    if (call !== -1 && (rows.kind[row] === EventKind.suspendAwait || rows.kind[row] === EventKind.suspendYield)) suspended[call] = 1
  }
  return suspended
}
