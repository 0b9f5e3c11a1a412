/**
 * What the probes mean: turns hook calls into records and keeps the frame stack true. The rules that are not obvious:
 *
 * - Nothing tells when an error passes through a frame that does not catch it. A probe of frame F says that every frame above F is gone;
 *   those get a call-throw when the error is known (F catches it, or the frame threw it itself) and a call-unwind otherwise.
 *   Asynchronous frames above F are suspended instead: they tell their end themselves and pass no error to a caller.
 * - After an await the physical stack holds nothing but the continuation, so a resumed frame becomes the whole stack. Frames left over
 *   are dead, but for async ones, which suspended where no probe stands (`for await`) and stay open.
 * - A frame may go on after its return was recorded (`finally`); it is put back and ends silently if nothing more is heard of it.
 * - A rejected await runs no resume probe: the catch, finally or end probe of a suspended frame implies the resume.
 * - A frame that is known nowhere (older than this recorder, or evicted) is ignored and counted.
 */
import { EventKind, MAX_EXTRA, RecordFlag, TapeOp, tapeWord, valueWord } from '@hindscope/protocol'
import type { Counters } from './counters.ts'
import type { EventWriter } from './event-writer.ts'
import { FrameState, OWN } from './frame-stack.ts'
import type { FrameStack } from './frame-stack.ts'
import type { TapeBuffer } from './tape-buffer.ts'

/** Probes that a realm can have; memory of those that it does not have is not there. Fits into the site of a frame. */
export const MAX_PROBES: number = 1 << 18

const VALUES = 3

export class CallRecorder {
  readonly writer: EventWriter
  readonly tape: TapeBuffer
  readonly stack: FrameStack
  /** Level by probe id. */
  readonly levels: Uint8Array = new Uint8Array(MAX_PROBES)
  /** By probe id: calls at level `count` since they were told last. */
  readonly counts: Uint32Array = new Uint32Array(MAX_PROBES)
  /** 1 by probe id for functions that were seen to suspend. */
  readonly suspending: Uint8Array = new Uint8Array(MAX_PROBES)
  private readonly counters: Counters
  private readonly scheduleSweep: () => void
  /** Gives the cause of a call that starts where neither a frame nor a task says it; 0 when there is none. */
  ambient: (() => number) | undefined
  /** Greater than 0 while an adapter runs a task, which cleans up behind itself. */
  tasks = 0
  /** The task is a promise reaction: what it throws goes on in a promise of the program. */
  isReaction = false
  /** Told of errors that the program caught, or that left its own code; the error is undefined when it was not seen. */
  onError: ((error: unknown, site: number, hasLeft: boolean) => void) | undefined
  private lostSite = -1
  private lostError: unknown

  constructor(writer: EventWriter, counters: Counters, scheduleSweep: () => void) {
    this.writer = writer
    this.tape = writer.tape
    this.stack = writer.stack
    this.counters = counters
    this.scheduleSweep = scheduleSweep
  }

  /** A call that was entered with values, as long as its probe may have them. */
  private wantsValues(state: number, site: number): boolean {
    return (state & FrameState.values) !== 0 && (this.levels[site] as number) >= VALUES // SAFE: an open frame, and its probe has a level
  }

  /**
   * Records the call's start after its arguments were written; `value` is their offset or -1, `state` what the frame starts with. Gives the frame.
   * PERF: `probe-functions.ts` writes the call of a known caller without arguments itself – bench/runtime/per-call.bench.mjs
   */
  enter(site: number, argCount: number, flags: number, value: number, state: number): number {
    const { stack, tape } = this
    const call = tape.nextCall
    if (this.isFull()) return 0
    const isChild = stack.depth > stack.base
    const word = value < 0 ? 0 : valueWord(flags, value, argCount)
    if (!isChild || (value >= 0 && word === 0)) return this.enterInFull(site, argCount, flags, value, state)
    if (stack.depth === stack.floor) this.name()
    const op = tapeWord(value < 0 ? TapeOp.enter : TapeOp.enterWith, site)
    stack.pushChild(call, site, state)
    // Nothing calls from here on: where the physical stack is exhausted, tape and ids still agree.
    const { words, position } = tape
    words[position] = op
    words[position + 1] = word
    tape.position = value < 0 ? position + 1 : position + 2
    if (value >= 0) tape.extraWords++
    tape.nextCall = call + 1
    return stack.handle()
  }

  /** The frame on top as one of its own. */
  keep(): number {
    return OWN + this.stack.callAt(this.stack.depth - 1)
  }

  private isFull(): boolean {
    if (!this.stack.isFull) return false
    this.counters.fail('frames-exhausted')
    return true
  }

  private enterInFull(site: number, argCount: number, flags: number, value: number, state: number): number {
    const { stack, writer } = this
    const call = this.tape.nextCall
    const isChild = stack.depth > stack.base
    const cause = isChild || stack.cause !== 0 || this.ambient === undefined ? stack.cause : this.ambient()
    const parent = isChild ? stack.current() : cause
    const root = isChild ? stack.currentRoot() : stack.causeRoot || cause || call
    if (!isChild) {
      if (parent !== 0) flags |= RecordFlag.asyncParent
      if (this.tasks === 0) this.scheduleSweep()
    }
    // Where the physical stack is exhausted between these two, readers know of a call that is not on ours.
    stack.forget()
    writer.emit(EventKind.callEnter, flags, argCount, site, call, parent, value)
    stack.push(call, site, root, state)
    return stack.handle()
  }

  /** Tells the readers of this chunk of the open call on top; those below follow when they are on top. */
  private name(): void {
    const { stack, tape } = this
    const top = stack.depth - 1
    tape.words[tape.position] = tapeWord(TapeOp.top, stack.siteAt(top))
    tape.words[tape.position + 1] = stack.callAt(top)
    tape.position += 2
    tape.extraWords += 2
    stack.floor = top
  }

  /** Brings `frame` to the top of the stack; false when it is known nowhere. */
  private locate(frame: number): boolean {
    const stack = this.stack
    const at = stack.indexOf(frame)
    if (at >= 0) {
      if (at < stack.depth - 1) this.unwindTo(at + 1)
      return true
    }
    const call = frame - OWN
    if (call > 0 && stack.resume(call)) {
      this.resumeUnseen(call)
      return true
    }
    if (call > 0 && !this.isFull() && stack.recall(call)) {
      if ((stack.takenState & FrameState.returned) === 0) this.counters.fail('revived-frame')
      stack.push(call, stack.takenSite, stack.takenRoot, stack.takenState)
      stack.forget()
      return true
    }
    this.counters.fail('stale-frame')
    return false
  }

  /** A suspended frame goes on without its resume probe: a rejected await, or a generator that was thrown into or closed. */
  private resumeUnseen(call: number): void {
    const { stack, writer } = this
    const { takenSite: site, takenRoot: root, takenState: state } = stack
    const isYield = (state & FrameState.yielded) !== 0
    if (!isYield) this.sweep()
    writer.roomNow()
    writer.emit(isYield ? EventKind.resumeYield : EventKind.resumeAwait, 0, 0, site, call, isYield ? stack.current() : 0, -1)
    stack.push(call, site, root, state & ~FrameState.yielded)
    this.scheduleSweep()
  }

  /** Frames at `depth` and above are left without a word. */
  unwindTo(depth: number): void {
    while (this.stack.depth > depth) this.leaveTop()
  }

  /** An asynchronous frame tells its end itself and passes no error to its caller: left without a word it is suspended where no probe stands. */
  private leaveTop(): void {
    const { stack, writer } = this
    const at = stack.depth - 1
    const state = stack.stateAt(at)
    if ((state & FrameState.async) === 0 || (state & FrameState.threw) !== 0) this.endTop()
    else if ((state & FrameState.returned) !== 0) {
      stack.popEnded(0)
      stack.forget()
    } else {
      writer.room()
      this.ofTop(tapeWord(TapeOp.await, 0))
      stack.popSuspended(0)
    }
  }

  private endTop(): void {
    const { stack, writer } = this
    const at = stack.depth - 1
    const state = stack.stateAt(at)
    const site = stack.siteAt(at)
    const call = stack.callAt(at)
    // A frame of an earlier recorder is no call of ours.
    const isSilent = (state & FrameState.returned) !== 0 || call === 0
    if (!isSilent) {
      writer.room()
      this.lostSite = site
      if ((state & FrameState.threw) !== 0) {
        this.lostError ??= stack.errors[at]
        const value = this.wantsValues(state, site) ? writer.value(stack.errors[at]) : -1
        writer.emit(EventKind.callThrow, value < 0 ? 0 : writer.snapshot.flags, 0, site, call, 0, value)
      } else writer.emit(EventKind.callUnwind, 0, 0, site, call, 0, -1)
    }
    stack.popEnded(isSilent ? 0 : FrameState.unwound)
    if (isSilent) stack.forget()
  }

  /** One word about the frame on top, for which there is room. */
  private ofTop(word: number): void {
    const { stack, tape } = this
    if (stack.depth === stack.floor) this.name()
    tape.words[tape.position] = word
    tape.position++
  }

  /** The physical stack is empty of what is on ours: async frames are suspended, others dead. */
  sweep(): void {
    const { stack } = this
    this.lostSite = -1
    this.lostError = undefined
    while (stack.depth > stack.base) this.leaveTop()
    if (this.lostSite >= 0 && !this.isReaction) this.onError?.(this.lostError, this.lostSite, true)
    this.lostError = undefined
  }

  /** Everything is swept, whatever task was running. */
  sweepAll(): void {
    const { stack } = this
    stack.base = 0
    stack.cause = 0
    stack.causeRoot = 0
    if (stack.depth > 0) this.sweep()
  }

  exit(frame: number, hasValue: boolean, value: unknown): void {
    if (!this.locate(frame)) return
    const { stack, writer } = this
    const top = stack.depth - 1
    const site = stack.siteAt(top)
    writer.room()
    if (!hasValue || !this.wantsValues(stack.stateAt(top), site)) this.ofTop(TapeOp.exit)
    else {
      const at = writer.value(value)
      const word = valueWord(writer.snapshot.flags, at)
      if (word === 0) writer.emit(EventKind.callReturn, writer.snapshot.flags, 0, site, stack.callAt(top), 0, at)
      else this.ofTop(tapeWord(TapeOp.exitWith, word))
    }
    stack.popEnded(0)
  }

  /** `throw` statement: the frame may still catch it itself. */
  throwing(frame: number, error: unknown): void {
    if (!this.locate(frame)) return
    const { stack } = this
    const at = stack.depth - 1
    this.valueEvent(EventKind.throwStatement, stack.siteAt(at), stack.callAt(at), error)
    stack.setState(at, (stack.stateAt(at) & ~FrameState.returned) | FrameState.threw)
    stack.errors[at] = error
  }

  /** Of the frame on top, or of no frame when `site` is 0. */
  private valueEvent(kind: number, site: number, call: number, value: unknown): void {
    const { stack, writer } = this
    writer.room()
    if (site !== 0 && !this.wantsValues(stack.stateAt(stack.depth - 1), site)) writer.emit(kind, 0, 0, site, call, 0, -1)
    else {
      const at = writer.value(value)
      writer.emit(kind, writer.snapshot.flags, 0, site, call, 0, at)
    }
  }

  /** The error is known: it left every frame above index `from - 1`. One copy of the value serves all records. */
  private throwAbove(from: number, error: unknown): void {
    const { stack, writer } = this
    let at = -1
    let chunk = -1
    while (stack.depth > from) {
      const top = stack.depth - 1
      const state = stack.stateAt(top)
      const site = stack.siteAt(top)
      if ((state & (FrameState.async | FrameState.threw)) === FrameState.async) {
        this.leaveTop()
        continue
      }
      const isOwn = (state & FrameState.threw) !== 0 && stack.errors[top] === error
      writer.room()
      if (writer.number !== chunk) {
        at = -1
        chunk = writer.number
      }
      const wants = this.wantsValues(state, site)
      if (wants && at < 0) at = writer.value(error)
      const flags = (isOwn ? 0 : RecordFlag.inferred) | (wants ? writer.snapshot.flags : 0)
      writer.emit(EventKind.callThrow, flags, 0, site, stack.callAt(top), 0, wants ? at : -1)
      stack.popEnded(FrameState.unwound)
    }
  }

  catching(frame: number, error: unknown): void {
    const { stack } = this
    if (frame < 0) {
      const below = Math.max(-frame - 1, stack.base)
      this.throwAbove(below, error)
      this.valueEvent(EventKind.catch, 0, stack.current(), error)
      return
    }
    const at = stack.indexOf(frame)
    if (at >= 0) this.throwAbove(at + 1, error)
    else if (!this.locate(frame)) return
    const top = stack.depth - 1
    if ((stack.stateAt(top) & FrameState.threw) !== 0) stack.errors[top] = undefined
    stack.setState(top, stack.stateAt(top) & ~(FrameState.threw | FrameState.returned))
    this.valueEvent(EventKind.catch, stack.siteAt(top), stack.callAt(top), error)
    this.onError?.(error, stack.siteAt(top), false)
  }

  /** A finally block runs in the frame; whatever was above it is gone, and the error (if any) goes on afterwards. */
  finalizing(frame: number): void {
    if (frame > 0) this.locate(frame)
  }

  /** The error leaves an async body: everything above the frame lost it too. */
  failing(frame: number, error: unknown): void {
    const at = this.stack.indexOf(frame)
    if (at >= 0) this.throwAbove(at + 1, error)
    else if (!this.locate(frame)) return
    const { stack, writer } = this
    const top = stack.depth - 1
    const site = stack.siteAt(top)
    const call = stack.callAt(top)
    writer.room()
    const value = this.wantsValues(stack.stateAt(top), site) ? writer.value(error) : -1
    writer.emit(EventKind.callThrow, value < 0 ? 0 : writer.snapshot.flags, 0, site, call, 0, value)
    // Where nothing is known to have caused it, a caller outside the functions may still catch it; if not, it will be an unhandled rejection.
    const hasLeft = this.isOutermost(top) && stack.rootAt(top) !== call
    stack.popEnded(FrameState.unwound)
    this.onError?.(error, site, hasLeft)
  }

  awaiting(frame: number): void {
    if (!this.locate(frame)) return
    const { stack, writer } = this
    const at = stack.depth - 1
    writer.room()
    this.ofTop(tapeWord(TapeOp.await, 0))
    this.suspending[stack.siteAt(at)] = 1
    stack.setState(at, stack.stateAt(at) | FrameState.async | (this.isOutermost(at) ? FrameState.outermost : 0))
    stack.popSuspended(0)
  }

  /** No function of the program called this async one, as far as it is known; it is open. */
  private isOutermost(at: number): boolean {
    const { stack } = this
    const state = stack.stateAt(at)
    return (state & FrameState.async) !== 0 ? (state & FrameState.outermost) !== 0 : at === stack.base && !this.isReaction
  }

  /** The frame is about to suspend where no probe stands: left over on an empty stack, it is suspended and not dead. */
  suspendsUnseen(frame: number): void {
    if (!this.locate(frame)) return
    const { stack } = this
    const at = stack.depth - 1
    this.suspending[stack.siteAt(at)] = 1
    stack.setState(at, stack.stateAt(at) | FrameState.async | FrameState.unseen)
    this.scheduleSweep()
  }

  resumed(frame: number, value: unknown): void {
    const { stack, writer } = this
    const call = frame - OWN
    const open = stack.find(call)
    // It suspended where no probe stands, and nothing swept it yet.
    if (open >= 0) stack.setState(open, stack.stateAt(open) | FrameState.async)
    this.sweepAll()
    if (!stack.resume(call)) {
      if (!stack.recall(call)) {
        this.counters.fail('stale-frame')
        return
      }
      this.counters.fail('revived-frame')
    }
    const { takenSite: site, takenRoot: root, takenState: state } = stack
    writer.roomNow()
    const at = this.wantsValues(state, site) ? writer.value(value) : -1
    const word = at < 0 ? 0 : valueWord(writer.snapshot.flags, at)
    if (at >= 0 && word === 0) writer.emit(EventKind.resumeAwait, writer.snapshot.flags, 0, site, call, 0, at)
    else {
      const { words, position } = this.tape
      words[position] = tapeWord(TapeOp.resume, site)
      words[position + 1] = call
      words[position + 2] = word
      this.tape.position = position + 3
      this.tape.extraWords += 2
    }
    stack.push(call, site, root, (state & ~FrameState.yielded) | FrameState.async)
    // Any other frame tells itself when it suspends or ends, and what is above it with that.
    if ((state & FrameState.unseen) !== 0) this.scheduleSweep()
  }

  yielding(frame: number, value: unknown): void {
    if (!this.locate(frame)) return
    const { stack } = this
    this.valueEvent(EventKind.suspendYield, stack.siteAt(stack.depth - 1), stack.current(), value)
    stack.popSuspended(FrameState.yielded)
  }

  sent(frame: number, value: unknown): void {
    const { stack, writer } = this
    const resumer = stack.current()
    if (this.isFull()) return
    const call = frame - OWN
    if (!stack.resume(call) && !stack.recall(call)) {
      this.counters.fail('stale-frame')
      return
    }
    const { takenSite: site, takenRoot: root, takenState: state } = stack
    writer.room()
    const at = this.wantsValues(state, site) ? writer.value(value) : -1
    writer.emit(EventKind.resumeYield, at < 0 ? 0 : writer.snapshot.flags, 0, site, call, resumer, at)
    stack.push(call, site, root, state & ~FrameState.yielded)
    if ((state & FrameState.unseen) !== 0) this.scheduleSweep()
  }

  /** A generator's body was left. When no other probe ended it, it was closed or an unseen error passed. */
  generatorLeft(frame: number): void {
    const { stack, writer } = this
    const call = frame - OWN
    const at = stack.find(call)
    if (at >= 0) {
      this.unwindTo(at + 1)
      this.endTop()
    } else if (stack.resume(call)) {
      if ((stack.takenState & FrameState.returned) !== 0) return
      writer.room()
      writer.emit(EventKind.callUnwind, 0, 0, stack.takenSite, call, 0, -1)
    }
  }

  /** The callers of these have looked at the level of the probe. A probe of the frame says that every frame above it is gone. */
  wrote(frame: number, site: number, value: unknown): void {
    if (!this.locate(frame)) return
    const { writer, tape } = this
    writer.room()
    const at = writer.value(value)
    const word = valueWord(writer.snapshot.flags, at)
    if (word === 0) return writer.emit(EventKind.write, writer.snapshot.flags, 0, site, this.stack.current(), 0, at)
    this.ofTop(tapeWord(TapeOp.write, site))
    tape.words[tape.position++] = word
    tape.extraWords++
  }

  evaluated(frame: number, site: number, value: unknown): void {
    if (this.locate(frame)) this.valueEvent(EventKind.expression, site, this.stack.current(), value)
  }

  /** Step, branch or iteration, as the operation of the tape says; only iterations have a number. */
  reached(op: number, frame: number, site: number, iteration: number): void {
    if (!this.locate(frame)) return
    const { writer, tape } = this
    writer.room()
    this.ofTop(tapeWord(op, site))
    if (op !== TapeOp.iteration) return
    tape.words[tape.position++] = iteration
    tape.extraWords++
  }

  /** The object is only named: what it holds is known from its own writes, and would make the cost of a write that of the object. */
  wroteProperty(frame: number, site: number, object: unknown, key: unknown, value: unknown): void {
    if (!this.locate(frame)) return
    const at = this.beginProperty(object, key)
    this.writer.snapshot.propertyValue(key, value)
    this.endProperty(site, at)
  }

  /** A pattern wrote the property; its value is what the object holds. */
  holdsNow(frame: number, site: number, object: unknown, key: unknown): void {
    if (!this.locate(frame)) return
    const at = this.beginProperty(object, key)
    this.writer.snapshot.heldValue(object, key)
    this.endProperty(site, at)
  }

  private beginProperty(object: unknown, key: unknown): number {
    const { writer } = this
    const { snapshot } = writer
    writer.room()
    const at = writer.tape.values.length
    snapshot.begin()
    snapshot.identity(object)
    snapshot.write(key)
    return at
  }

  private endProperty(site: number, at: number): void {
    const { writer } = this
    const { snapshot } = writer
    writer.emit(EventKind.propertyWrite, snapshot.flags, 0, site, this.stack.current(), 0, at)
  }

  localsAre(frame: number, site: number, values: readonly unknown[]): void {
    if (!this.locate(frame)) return
    const { writer } = this
    const { snapshot } = writer
    writer.room()
    const count = values.length > MAX_EXTRA ? MAX_EXTRA : values.length
    const at = count === 0 ? -1 : writer.tape.values.length
    snapshot.begin()
    for (let i = 0; i < count; i++) snapshot.write(values[i])
    writer.emit(EventKind.locals, snapshot.flags, count, site, this.stack.current(), 0, at)
  }
}
