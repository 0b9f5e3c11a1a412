/** The hook's functions over a recorder: a guard each, the level decides what is written, values are returned unchanged. */
import { MAX_EXTRA, TAPE_ARGUMENT_SHIFT, TapeOp } from '@hindscope/protocol'
import type { HookBehaviour } from '../hook-object.ts'
import type { CallRecorder } from './call-recorder.ts'
import { BUSY, DEPTH, FLOOR, NEXT_CALL, POSITION, STOP } from './cells.ts'
import { EVENTFUL, FrameState, MAX_FRAMES, STATE_SHIFT } from './frame-stack.ts'
import type { Recorder } from './recorder.ts'
import { createStatementProbes } from './statement-probes.ts'

const COUNT = 1
const CALLS = 2
const WITH_VALUES = FrameState.values << STATE_SHIFT
/** Of a return without a value. */
const EVENTFUL_VOID = EVENTFUL & ~WITH_VALUES

export function createProbeFunctions(recorder: Recorder): HookBehaviour {
  const { calls, writer, counters, governor } = recorder
  const { snapshot, tape, stack } = writer
  const { values, words, cells } = tape
  const { levels } = calls
  const { frames } = stack

  const settle = (): void => {
    try {
      governor.apply()
    } catch {
      failed() // SAFE: the probes keep their levels; counted.
    }
  }
  /** Whether to record a call, which the caller then ends being busy with. */
  const starts = (probe: number): boolean => {
    const level = levels[probe] ?? 0
    if (level === COUNT) recorder.count(probe)
    if (level < CALLS || !recorder.begin()) return false
    if (governor.hasPending) settle()
    return true
  }
  /** The caller has ended being busy itself, before any call: where the stack is exhausted, this one fails too. */
  const failed = (): number => {
    stack.forget()
    counters.fail('probe-failed')
    governor.failed()
    return 0
  }
  const run = (op: number, frame: number, value: unknown): void => {
    if (!recorder.begin()) return
    try {
      if (governor.hasPending) governor.apply()
      const from = governor.start()
      const at = values.length
      const top = stack.depth - 1
      const site = from > 0 && top >= 0 && stack.callAt(top) === frame ? stack.siteAt(top) : 0
      dispatch(calls, op, frame, value)
      if (site > 0 && values.length > at) governor.paid(site, from, values.length - at, true)
      recorder.busy = false
    } catch {
      recorder.busy = false
      failed() // SAFE: a probe never throws; counted.
    }
  }
  const enter = (probe: number): number => {
    if (!starts(probe)) return 0
    try {
      writer.room()
      const frame = calls.enter(probe, 0, 0, -1, (levels[probe] as number) === CALLS ? 0 : FrameState.values) // SAFE: it was asked for
      recorder.busy = false
      return frame
    } catch {
      recorder.busy = false
      return failed() // SAFE: a probe never throws; counted.
    }
  }

  /**
   * A call without arguments whose caller is known to the readers of the chunk: one word.
   * PERF: this and `left` are all that most calls cost, and nothing in them calls – bench/runtime/per-call.bench.mjs
   */
  const call = (probe: number): number => {
    const position = cells[POSITION] as number // SAFE: all cells exist, here and below
    const depth = cells[DEPTH] as number
    const level = levels[probe] as number // SAFE: undefined is less than nothing
    if (!(level >= CALLS) || position >= (cells[STOP] as number) || depth <= (cells[FLOOR] as number) || depth >= MAX_FRAMES || cells[BUSY] !== 0)
      return enter(probe)
    words[position] = (probe << TAPE_ARGUMENT_SHIFT) | TapeOp.enter
    cells[POSITION] = position + 1
    const frame = cells[NEXT_CALL] as number
    cells[NEXT_CALL] = frame + 1
    frames[depth * 2] = frame
    frames[depth * 2 + 1] = level === CALLS ? probe : probe | WITH_VALUES
    cells[DEPTH] = depth + 1
    return frame
  }

  /** The call on top returns, and no value of it is wanted: one word. False when there is more to it. */
  const left = (frame: number, eventful: number): boolean => {
    const position = cells[POSITION] as number // SAFE: as above
    const top = (cells[DEPTH] as number) - 1
    if (
      position >= (cells[STOP] as number) ||
      top < (cells[FLOOR] as number) ||
      frames[top * 2] !== frame ||
      ((frames[top * 2 + 1] as number) & eventful) !== 0 ||
      cells[BUSY] !== 0
    )
      return false
    words[position] = TapeOp.exit
    cells[POSITION] = position + 1
    cells[DEPTH] = top
    return true
  }

  return {
    e: call,
    e1(probe, a) {
      if (levels[probe] === CALLS) return call(probe)
      if (!starts(probe)) return 0
      try {
        writer.room()
        const at = values.length
        const from = governor.start()
        snapshot.begin()
        snapshot.write(a)
        const frame = calls.enter(probe, 1, snapshot.flags, at, FrameState.values)
        if (from > 0) governor.paid(probe, from, values.length - at, true)
        recorder.busy = false
        return frame
      } catch {
        recorder.busy = false
        return failed() // SAFE: a probe never throws; counted.
      }
    },
    e2(probe, a, b) {
      if (levels[probe] === CALLS) return call(probe)
      if (!starts(probe)) return 0
      try {
        writer.room()
        const at = values.length
        const from = governor.start()
        snapshot.begin()
        snapshot.write(a)
        snapshot.write(b)
        const frame = calls.enter(probe, 2, snapshot.flags, at, FrameState.values)
        if (from > 0) governor.paid(probe, from, values.length - at, true)
        recorder.busy = false
        return frame
      } catch {
        recorder.busy = false
        return failed() // SAFE: a probe never throws; counted.
      }
    },
    e3(probe, a, b, c) {
      if (levels[probe] === CALLS) return call(probe)
      if (!starts(probe)) return 0
      try {
        writer.room()
        const at = values.length
        const from = governor.start()
        snapshot.begin()
        snapshot.write(a)
        snapshot.write(b)
        snapshot.write(c)
        const frame = calls.enter(probe, 3, snapshot.flags, at, FrameState.values)
        if (from > 0) governor.paid(probe, from, values.length - at, true)
        recorder.busy = false
        return frame
      } catch {
        recorder.busy = false
        return failed() // SAFE: a probe never throws; counted.
      }
    },
    en(probe, args) {
      if (levels[probe] === CALLS) return call(probe)
      if (!starts(probe)) return 0
      try {
        writer.room()
        const count = Math.min(args.length, MAX_EXTRA)
        const at = values.length
        const from = governor.start()
        snapshot.begin()
        for (let i = 0; i < count; i++) snapshot.write(args[i])
        const frame = calls.enter(probe, count, snapshot.flags, count > 0 ? at : -1, FrameState.values)
        if (from > 0) governor.paid(probe, from, values.length - at, true)
        recorder.busy = false
        return frame
      } catch {
        recorder.busy = false
        return failed() // SAFE: a probe never throws; counted.
      }
    },
    r<T>(frame: number, value?: T): T {
      if (frame > 0 && !left(frame, EVENTFUL)) run(Op.exit, frame, value)
      return value as T // SAFE: `r` without a value stands for `return;`
    },
    v(frame) {
      if (frame > 0 && !left(frame, EVENTFUL_VOID)) run(Op.end, frame, undefined)
    },
    t(frame, error) {
      if (frame > 0) run(Op.throwing, frame, error)
      return error
    },
    k(frame, error) {
      if (frame !== 0) run(Op.catching, frame, error)
    },
    l(frame) {
      if (frame > 0) run(Op.finalizing, frame, undefined)
    },
    x(frame, error) {
      if (frame > 0) run(Op.failing, frame, error)
      return error
    },
    a(frame, value) {
      if (frame > 0) run(Op.awaiting, frame, undefined)
      return value
    },
    w(frame, value) {
      if (frame > 0) run(Op.resumed, frame, value)
      return value
    },
    i(frame, value) {
      if (frame > 0) run(Op.suspendsUnseen, frame, undefined)
      return value
    },
    y<T>(frame: number, value?: T): T {
      if (frame > 0) run(Op.yielding, frame, value)
      return value as T // SAFE: as for `r`
    },
    n(frame, value) {
      if (frame > 0) run(Op.sent, frame, value)
      return value
    },
    g(frame) {
      if (frame > 0) run(Op.generatorLeft, frame, undefined)
    },
    ...createStatementProbes(recorder, failed),
    d: () => -(calls.stack.depth + 1),
  }
}

/** What `run` does, as numbers: one guarded switch instead of a closure per event. */
const Op = {
  exit: 1,
  end: 2,
  throwing: 3,
  catching: 4,
  finalizing: 5,
  failing: 6,
  awaiting: 7,
  resumed: 8,
  yielding: 9,
  sent: 10,
  generatorLeft: 11,
  suspendsUnseen: 12,
} as const

function dispatch(calls: CallRecorder, op: number, frame: number, value: unknown): void {
  switch (op) {
    case Op.exit:
      calls.exit(frame, true, value)
      return
    case Op.end:
      calls.exit(frame, false, undefined)
      return
    case Op.throwing:
      calls.throwing(frame, value)
      return
    case Op.catching:
      calls.catching(frame, value)
      return
    case Op.finalizing:
      calls.finalizing(frame)
      return
    case Op.failing:
      calls.failing(frame, value)
      return
    case Op.awaiting:
      calls.awaiting(frame)
      return
    case Op.resumed:
      calls.resumed(frame, value)
      return
    case Op.yielding:
      calls.yielding(frame, value)
      return
    case Op.sent:
      calls.sent(frame, value)
      return
    case Op.generatorLeft:
      calls.generatorLeft(frame)
      return
    case Op.suspendsUnseen:
      calls.suspendsUnseen(frame)
  }
}
