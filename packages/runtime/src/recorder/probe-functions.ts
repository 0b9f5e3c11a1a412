/** The hook's functions over a recorder: a guard each, the level decides what is written, values are returned unchanged. */
import { LEVEL_MASK, MAX_EXTRA, PROBE_SHIFT, TapeOp } from '@hindscope/protocol'
import type { HookBehaviour } from '../hook-object.ts'
import { DEPTH, FLOOR, POSITION, STOP } from './cells.ts'
import { EVENTFUL, FrameState, MAX_FRAMES, OWN } from './frame-stack.ts'
import type { Recorder } from './recorder.ts'
import { createStatementProbes } from './statement-probes.ts'

const COUNT = 1
const CALLS = 2

export function createProbeFunctions(recorder: Recorder): HookBehaviour {
  const { calls, writer, counters, governor } = recorder
  const { snapshot, tape, stack } = writer
  const { values, words, cells } = tape
  const { entered } = stack
  const { counts } = calls

  /** The caller has ended being busy itself, before any call: where the stack is exhausted, this one fails too. */
  const failed = (): number => {
    stack.forget()
    counters.fail('probe-failed')
    governor.failed()
    return 0
  }

  /**
   * A call without values whose caller is known to the readers of the chunk is one word, written without another call; all others are told here too.
   * PERF: longer than what V8 copies into its callers, as is `tell`: what is optimised while probes record much would else keep their copies in place
   * of the program's own functions when they record little – bench/runtime/programs.bench.mjs
   */
  const enter = (word: number, count?: number, a?: unknown, b?: unknown, c?: unknown): number => {
    const level = word & LEVEL_MASK
    const position = cells[POSITION] as number // SAFE: all cells exist, here and below
    const depth = cells[DEPTH] as number
    if (level === CALLS && position < (cells[STOP] as number) && depth > (cells[FLOOR] as number) && depth < MAX_FRAMES) {
      words[position] = word - CALLS
      entered[depth] = position
      cells[POSITION] = position + 1
      cells[DEPTH] = depth + 1
      return depth + 1
    }
    const probe = word >>> PROBE_SHIFT
    if (level === COUNT) counts[probe] = (counts[probe] as number) + 1 // SAFE: as in `ec`
    if (level < CALLS || !recorder.begin()) return 0
    try {
      if (governor.hasPending) governor.apply()
      writer.room()
      let frame: number
      if (level === CALLS || count === undefined) frame = calls.enter(probe, 0, 0, -1, level === CALLS ? 0 : FrameState.values)
      else {
        const at = values.length
        const from = governor.start()
        snapshot.begin()
        let told = count
        if (count > 3) {
          const args = a as readonly unknown[] // SAFE: more than three come as a list
          if (count > MAX_EXTRA) told = MAX_EXTRA
          for (let i = 0; i < told; i++) snapshot.write(args[i])
        } else {
          snapshot.write(a)
          if (count > 1) snapshot.write(b)
          if (count > 2) snapshot.write(c)
        }
        frame = calls.enter(probe, told, snapshot.flags, at, FrameState.values)
        if (from > 0) governor.paid(probe, from, values.length - at, true)
      }
      recorder.busy = false
      return frame
    } catch {
      recorder.busy = false
      return failed() // SAFE: a probe never throws; counted.
    }
  }

  /** What happens to a frame. Its return, when no value of it is wanted, is one word, as in `enter`. */
  const tell = <T>(frame: number, value: T, op: number = Op.exit): T => {
    if (frame === 0) return value
    if (op <= Op.end) {
      const position = cells[POSITION] as number // SAFE: as above
      const depth = cells[DEPTH] as number
      // Without a value it does not matter that one would be wanted.
      const isTop = frame < OWN ? depth === (op === Op.end ? frame & ~EVENTFUL : frame) : stack.isPlainTop(frame)
      if (isTop && depth > (cells[FLOOR] as number) && position < (cells[STOP] as number)) {
        words[position] = TapeOp.exit
        cells[POSITION] = position + 1
        cells[DEPTH] = depth - 1
        return value
      }
    }
    if (!recorder.begin()) return value
    try {
      if (governor.hasPending) governor.apply()
      const from = governor.start()
      const at = values.length
      const top = stack.depth - 1
      const site = from > 0 && top >= 0 && stack.indexOf(frame) === top ? stack.siteAt(top) : 0
      switch (op) {
        case Op.exit:
          calls.exit(frame, true, value)
          break
        case Op.end:
          calls.exit(frame, false, undefined)
          break
        case Op.throwing:
          calls.throwing(frame, value)
          break
        case Op.catching:
          calls.catching(frame, value)
          break
        case Op.finalizing:
          calls.finalizing(frame)
          break
        case Op.failing:
          calls.failing(frame, value)
          break
        case Op.awaiting:
          calls.awaiting(frame)
          break
        case Op.resumed:
          calls.resumed(frame, value)
          break
        case Op.yielding:
          calls.yielding(frame, value)
          break
        case Op.sent:
          calls.sent(frame, value)
          break
        case Op.generatorLeft:
          calls.generatorLeft(frame)
          break
        case Op.suspendsUnseen:
          calls.suspendsUnseen(frame)
      }
      if (site > 0 && values.length > at) governor.paid(site, from, values.length - at, true)
      recorder.busy = false
    } catch {
      recorder.busy = false
      failed() // SAFE: a probe never throws; counted.
    }
    return value
  }

  return {
    e: enter,
    ei(frame) {
      if (frame === 0 || frame >= OWN || !recorder.begin()) return frame
      const own = calls.keep()
      recorder.busy = false
      return own
    },
    // PERF: these two are all that most calls cost where values were never asked for, and short enough for V8 to copy – bench/runtime/per-call.bench.mjs
    ec(word) {
      const position = cells[POSITION] as number // SAFE: as above
      const depth = cells[DEPTH] as number
      if ((word & LEVEL_MASK) === COUNT) {
        counts[word >>> PROBE_SHIFT] = (counts[word >>> PROBE_SHIFT] as number) + 1 // SAFE: the table that has the word is that of a module with counts
        return 0
      }
      if ((word & LEVEL_MASK) !== CALLS || position >= (cells[STOP] as number) || depth <= (cells[FLOOR] as number) || depth >= MAX_FRAMES)
        return enter(word)
      words[position] = word - CALLS
      entered[depth] = position
      cells[POSITION] = position + 1
      cells[DEPTH] = depth + 1
      return depth + 1
    },
    rc<T>(frame: number, value?: T): T {
      const position = cells[POSITION] as number // SAFE: as above
      if (cells[DEPTH] === frame && frame > (cells[FLOOR] as number) && position < (cells[STOP] as number)) {
        words[position] = TapeOp.exit
        cells[POSITION] = position + 1
        cells[DEPTH] = frame - 1
      } else tell(frame, value)
      return value as T // SAFE: as for `r`
    },
    r: tell as HookBehaviour['r'], // SAFE: `r` without a value stands for `return;`
    v: frame => tell(frame, undefined, Op.end),
    t: (frame, error) => tell(frame, error, Op.throwing),
    k: (frame, error) => void tell(frame, error, Op.catching),
    l: frame => tell(frame, undefined, Op.finalizing),
    x: (frame, error) => tell(frame, error, Op.failing),
    a: (frame, value) => tell(frame, value, Op.awaiting),
    w: (frame, value) => tell(frame, value, Op.resumed),
    i: (frame, value) => tell(frame, value, Op.suspendsUnseen),
    y: ((frame: number, value: unknown) => tell(frame, value, Op.yielding)) as HookBehaviour['y'], // SAFE: as for `r`
    n: (frame, value) => tell(frame, value, Op.sent),
    g: frame => tell(frame, undefined, Op.generatorLeft),
    ...createStatementProbes(recorder, failed),
    d: () => -(calls.stack.depth + 1),
  }
}

/** What `tell` tells, as numbers: returns first. */
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
