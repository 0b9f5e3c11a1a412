/** The hook's functions over a recorder: a guard each, the level decides what is written, values are returned unchanged. */
import { LEVEL_MASK, MAX_EXTRA, PROBE_SHIFT, TapeOp } from '@hindscope/protocol'
import type { HookBehaviour } from '../hook-object.ts'
import type { CallRecorder } from './call-recorder.ts'
import { DEPTH, FLOOR, POSITION, STOP } from './cells.ts'
import { FrameState, MAX_FRAMES, OWN } from './frame-stack.ts'
import type { Recorder } from './recorder.ts'
import { createStatementProbes } from './statement-probes.ts'

const COUNT = 1
const CALLS = 2

export function createProbeFunctions(recorder: Recorder): HookBehaviour {
  const { calls, writer, counters, governor } = recorder
  const { snapshot, tape, stack } = writer
  const { values, words, cells } = tape
  const { entered } = stack

  const settle = (): void => {
    try {
      governor.apply()
    } catch {
      failed() // SAFE: the probes keep their levels; counted.
    }
  }
  /** Whether to record a call, which the caller then ends being busy with. */
  const starts = (word: number): boolean => {
    const level = word & LEVEL_MASK
    if (level === COUNT) recorder.count(word >>> PROBE_SHIFT)
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
      const site = from > 0 && top >= 0 && stack.indexOf(frame) === top ? stack.siteAt(top) : 0
      dispatch(calls, op, frame, value)
      if (site > 0 && values.length > at) governor.paid(site, from, values.length - at, true)
      recorder.busy = false
    } catch {
      recorder.busy = false
      failed() // SAFE: a probe never throws; counted.
    }
  }
  const enter = (word: number): number => {
    if (!starts(word)) return 0
    try {
      writer.room()
      const frame = calls.enter(word >>> PROBE_SHIFT, 0, 0, -1, (word & LEVEL_MASK) === CALLS ? 0 : FrameState.values)
      recorder.busy = false
      return frame
    } catch {
      recorder.busy = false
      return failed() // SAFE: a probe never throws; counted.
    }
  }

  /**
   * A call without values whose caller is known to the readers of the chunk: one word.
   * PERF: this and the start of `r` and `v` are all that most calls cost, and nothing in them calls – bench/runtime/per-call.bench.mjs
   */
  const call = (word: number): number => {
    const position = cells[POSITION] as number // SAFE: all cells exist, here and below
    const depth = cells[DEPTH] as number
    if ((word & LEVEL_MASK) !== CALLS || position >= (cells[STOP] as number) || depth <= (cells[FLOOR] as number) || depth >= MAX_FRAMES)
      return enter(word)
    words[position] = word - CALLS
    entered[depth] = position
    cells[POSITION] = position + 1
    cells[DEPTH] = depth + 1
    return depth + 1
  }

  /** As the start of `r`, for a frame of its own. False when there is more to the return. */
  const left = (frame: number): boolean => {
    const position = cells[POSITION] as number // SAFE: as above
    const top = (cells[DEPTH] as number) - 1
    if (position >= (cells[STOP] as number) || top < (cells[FLOOR] as number) || (entered[top] as number) >= 0) return false
    if (stack.callAt(top) + OWN !== frame || stack.isEventful) return false
    words[position] = TapeOp.exit
    cells[POSITION] = position + 1
    cells[DEPTH] = top
    return true
  }
  const leave = (op: number, frame: number, value: unknown): void => {
    if (frame < OWN || !left(frame)) run(op, frame, value)
  }

  return {
    e: call,
    e1(word, a) {
      if ((word & LEVEL_MASK) === CALLS) return call(word)
      if (!starts(word)) return 0
      try {
        writer.room()
        const at = values.length
        const from = governor.start()
        snapshot.begin()
        snapshot.write(a)
        const frame = calls.enter(word >>> PROBE_SHIFT, 1, snapshot.flags, at, FrameState.values)
        if (from > 0) governor.paid(word >>> PROBE_SHIFT, from, values.length - at, true)
        recorder.busy = false
        return frame
      } catch {
        recorder.busy = false
        return failed() // SAFE: a probe never throws; counted.
      }
    },
    e2(word, a, b) {
      if ((word & LEVEL_MASK) === CALLS) return call(word)
      if (!starts(word)) return 0
      try {
        writer.room()
        const at = values.length
        const from = governor.start()
        snapshot.begin()
        snapshot.write(a)
        snapshot.write(b)
        const frame = calls.enter(word >>> PROBE_SHIFT, 2, snapshot.flags, at, FrameState.values)
        if (from > 0) governor.paid(word >>> PROBE_SHIFT, from, values.length - at, true)
        recorder.busy = false
        return frame
      } catch {
        recorder.busy = false
        return failed() // SAFE: a probe never throws; counted.
      }
    },
    e3(word, a, b, c) {
      if ((word & LEVEL_MASK) === CALLS) return call(word)
      if (!starts(word)) return 0
      try {
        writer.room()
        const at = values.length
        const from = governor.start()
        snapshot.begin()
        snapshot.write(a)
        snapshot.write(b)
        snapshot.write(c)
        const frame = calls.enter(word >>> PROBE_SHIFT, 3, snapshot.flags, at, FrameState.values)
        if (from > 0) governor.paid(word >>> PROBE_SHIFT, from, values.length - at, true)
        recorder.busy = false
        return frame
      } catch {
        recorder.busy = false
        return failed() // SAFE: a probe never throws; counted.
      }
    },
    en(word, args) {
      if ((word & LEVEL_MASK) === CALLS) return call(word)
      if (!starts(word)) return 0
      try {
        writer.room()
        const count = Math.min(args.length, MAX_EXTRA)
        const at = values.length
        const from = governor.start()
        snapshot.begin()
        for (let i = 0; i < count; i++) snapshot.write(args[i])
        const frame = calls.enter(word >>> PROBE_SHIFT, count, snapshot.flags, count > 0 ? at : -1, FrameState.values)
        if (from > 0) governor.paid(word >>> PROBE_SHIFT, from, values.length - at, true)
        recorder.busy = false
        return frame
      } catch {
        recorder.busy = false
        return failed() // SAFE: a probe never throws; counted.
      }
    },
    ei(frame) {
      if (frame === 0 || frame >= OWN || !recorder.begin()) return frame
      const own = calls.keep()
      recorder.busy = false
      return own
    },
    r<T>(frame: number, value?: T): T {
      const position = cells[POSITION] as number // SAFE: as above
      if (cells[DEPTH] === frame && frame > (cells[FLOOR] as number) && position < (cells[STOP] as number)) {
        words[position] = TapeOp.exit
        cells[POSITION] = position + 1
        cells[DEPTH] = frame - 1
      } else if (frame > 0) leave(Op.exit, frame, value)
      return value as T // SAFE: `r` without a value stands for `return;`
    },
    v(frame) {
      const position = cells[POSITION] as number // SAFE: as above
      if (cells[DEPTH] === frame && frame > (cells[FLOOR] as number) && position < (cells[STOP] as number)) {
        words[position] = TapeOp.exit
        cells[POSITION] = position + 1
        cells[DEPTH] = frame - 1
      } else if (frame > 0) leave(Op.end, frame, undefined)
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
