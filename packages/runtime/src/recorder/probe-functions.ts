/** The hook's functions over a recorder: a guard each, the level decides what is written, values are returned unchanged. */
import { MAX_EXTRA, TAPE_ARGUMENT_SHIFT, TapeOp } from '@hindscope/protocol'
import type { HookBehaviour } from '../hook-object.ts'
import type { CallRecorder } from './call-recorder.ts'
import { ENDED, FRAME, FrameState } from './frame-stack.ts'
import type { Recorder } from './recorder.ts'

const CALLS = 2
const VALUES = 3
const STATEMENTS = 4
/** log2 of FRAME; offsets of its words stand as numbers in the two functions that every call runs. */
const FRAME_SHIFT = 2
const ENDED_MASK = ENDED * FRAME - 1

export function createProbeFunctions(recorder: Recorder): HookBehaviour {
  const { calls, writer, counters } = recorder
  const { snapshot, tape, stack } = writer
  const { values } = tape

  /** 0: nothing to do (any more). 1: calls without values. 2: with values. The caller must `end` unless it is 0. */
  const start = (probe: number): number => {
    const level = calls.levels[probe]
    if (level === undefined || level === 0) return 0
    if (level < CALLS) {
      recorder.count(probe)
      return 0
    }
    if (!recorder.begin()) return 0
    return level === CALLS ? 1 : 2
  }
  /** The caller has ended being busy itself, before any call: where the stack is exhausted, this one fails too. */
  const failed = (): number => {
    stack.forget()
    counters.fail('probe-failed')
    return 0
  }
  const run = (op: number, frame: number, value: unknown): void => {
    if (!recorder.begin()) return
    try {
      dispatch(calls, op, frame, value)
      recorder.busy = false
    } catch {
      recorder.busy = false
      failed() // SAFE: a probe never throws; counted.
    }
  }
  const wrote = (frame: number, probe: number, value: unknown): void => {
    if (calls.levels[probe] !== STATEMENTS || !recorder.begin()) return
    try {
      calls.wrote(frame, probe, value)
      recorder.busy = false
    } catch {
      recorder.busy = false
      failed() // SAFE: a probe never throws; counted.
    }
  }
  const reached = (op: number, frame: number, probe: number, iteration = 0): void => {
    if (calls.levels[probe] !== STATEMENTS || !recorder.begin()) return
    try {
      calls.reached(op, frame, probe, iteration)
      recorder.busy = false
    } catch {
      recorder.busy = false
      failed() // SAFE: a probe never throws; counted.
    }
  }
  const enter = (probe: number): number => {
    if (start(probe) === 0) return 0
    try {
      writer.room()
      const frame = calls.enter(probe, 0, 0, -1)
      recorder.busy = false
      return frame
    } catch {
      recorder.busy = false
      return failed() // SAFE: a probe never throws; counted.
    }
  }

  /**
   * The call on top returns, and no value of it is wanted: one word. False when there is more to it.
   * PERF: this and `e` are all that most calls cost, and nothing in them calls – bench/runtime/per-call.bench.mjs
   */
  const left = (frame: number, isVoid: boolean): boolean => {
    const { position } = tape
    const { frames } = stack
    const top = stack.depth - 1
    const at = top << FRAME_SHIFT
    if (position >= tape.stop || top < stack.floor || frames[at] !== frame || frames[at + 3] !== 0 || recorder.busy) return false
    if (!isVoid && (calls.levels[frames[at + 1] as number] as number) >= VALUES) return false // SAFE: an open frame, and its probe has a level
    tape.words[position] = TapeOp.exit
    tape.position = position + 1
    const { ended, endedAt } = stack
    ended[endedAt] = frame
    ended[endedAt + 1] = frames[at + 1] as number // SAFE: as above
    ended[endedAt + 2] = frames[at + 2] as number
    ended[endedAt + 3] = FrameState.returned
    stack.endedAt = (endedAt + FRAME) & ENDED_MASK
    stack.depth = top
    return true
  }

  return {
    e(probe) {
      const { position, words } = tape
      const { depth, frames } = stack
      const at = depth << FRAME_SHIFT
      if (position >= tape.stop || depth <= stack.floor || at >= frames.length || recorder.busy || !((calls.levels[probe] as number) >= CALLS))
        return enter(probe)
      words[position] = (probe << TAPE_ARGUMENT_SHIFT) | TapeOp.enter
      tape.position = position + 1
      const call = tape.nextCall
      tape.nextCall = call + 1
      frames[at] = call
      frames[at + 1] = probe
      frames[at + 2] = frames[at - 2] as number // SAFE: depth > floor
      frames[at + 3] = 0
      stack.depth = depth + 1
      return call
    },
    e1(probe, a) {
      const mode = start(probe)
      if (mode === 0) return 0
      try {
        writer.room()
        let at = -1
        snapshot.begin()
        if (mode === 2) {
          at = values.length
          snapshot.write(a)
        }
        const frame = calls.enter(probe, at < 0 ? 0 : 1, snapshot.flags, at)
        recorder.busy = false
        return frame
      } catch {
        recorder.busy = false
        return failed() // SAFE: a probe never throws; counted.
      }
    },
    e2(probe, a, b) {
      const mode = start(probe)
      if (mode === 0) return 0
      try {
        writer.room()
        let at = -1
        snapshot.begin()
        if (mode === 2) {
          at = values.length
          snapshot.write(a)
          snapshot.write(b)
        }
        const frame = calls.enter(probe, at < 0 ? 0 : 2, snapshot.flags, at)
        recorder.busy = false
        return frame
      } catch {
        recorder.busy = false
        return failed() // SAFE: a probe never throws; counted.
      }
    },
    e3(probe, a, b, c) {
      const mode = start(probe)
      if (mode === 0) return 0
      try {
        writer.room()
        let at = -1
        snapshot.begin()
        if (mode === 2) {
          at = values.length
          snapshot.write(a)
          snapshot.write(b)
          snapshot.write(c)
        }
        const frame = calls.enter(probe, at < 0 ? 0 : 3, snapshot.flags, at)
        recorder.busy = false
        return frame
      } catch {
        recorder.busy = false
        return failed() // SAFE: a probe never throws; counted.
      }
    },
    en(probe, args) {
      const mode = start(probe)
      if (mode === 0) return 0
      try {
        writer.room()
        let count = 0
        snapshot.begin()
        const at = mode === 2 ? values.length : -1
        if (mode === 2) {
          count = Math.min(args.length, MAX_EXTRA)
          for (let i = 0; i < count; i++) snapshot.write(args[i])
        }
        const frame = calls.enter(probe, count, snapshot.flags, count > 0 ? at : -1)
        recorder.busy = false
        return frame
      } catch {
        recorder.busy = false
        return failed() // SAFE: a probe never throws; counted.
      }
    },
    r<T>(frame: number, value?: T): T {
      if (frame > 0 && !left(frame, false)) run(Op.exit, frame, value)
      return value as T // SAFE: `r` without a value stands for `return;`
    },
    v(frame) {
      if (frame > 0 && !left(frame, true)) run(Op.end, frame, undefined)
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
    s(frame, probe, value) {
      if (frame > 0) wrote(frame, probe, value)
    },
    p(frame, probe) {
      if (frame > 0) reached(TapeOp.step, frame, probe)
    },
    c(frame, probe, value) {
      // `document.all` is falsy and equal to null without being it.
      if (frame > 0) reached(value ? TapeOp.truthy : value === undefined || value === null ? TapeOp.nullish : TapeOp.falsy, frame, probe)
      return value
    },
    j(frame, probe, iteration) {
      if (frame > 0) reached(TapeOp.iteration, frame, probe, iteration)
    },
    u(frame, probe, result, ...written) {
      if (frame <= 0) return result
      if (written.length === 0) wrote(frame, probe, result)
      else for (let i = 0; i < written.length; i++) wrote(frame, probe + i, written[i])
      return result
    },
    f(frame, probe, result, object, key) {
      if (frame <= 0 || calls.levels[probe] !== STATEMENTS || !recorder.begin()) return result
      try {
        calls.wroteProperty(frame, probe, object, key, result)
        recorder.busy = false
      } catch {
        recorder.busy = false
        failed() // SAFE: a probe never throws; counted.
      }
      return result
    },
    h(frame, probe, result, ...targets) {
      if (frame <= 0 || calls.levels[probe] !== STATEMENTS || !recorder.begin()) return result
      try {
        for (let i = 0; i + 1 < targets.length; i += 2) calls.holdsNow(frame, probe + i / 2, targets[i], targets[i + 1])
        recorder.busy = false
      } catch {
        recorder.busy = false
        failed() // SAFE: a probe never throws; counted.
      }
      return result
    },
    o(frame, probe, result, ...locals) {
      if (frame <= 0 || calls.levels[probe] !== STATEMENTS || !recorder.begin()) return result
      try {
        calls.localsAre(frame, probe, locals)
        recorder.busy = false
      } catch {
        recorder.busy = false
        failed() // SAFE: a probe never throws; counted.
      }
      return result
    },
    q(frame, probe, value) {
      if (frame <= 0 || calls.levels[probe] !== STATEMENTS || !recorder.begin()) return value
      try {
        calls.evaluated(frame, probe, value)
        recorder.busy = false
      } catch {
        recorder.busy = false
        failed() // SAFE: a probe never throws; counted.
      }
      return value
    },
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
