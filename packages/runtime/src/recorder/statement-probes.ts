/** The hook's functions of level `statements`: the guard and the level of every one of them, as in probe-functions.ts. */
import { TapeOp } from '@hindscope/protocol'
import type { HookBehaviour } from '../hook-object.ts'
import type { Recorder } from './recorder.ts'

const STATEMENTS = 4

type StatementProbes = Pick<HookBehaviour, 's' | 'p' | 'c' | 'j' | 'u' | 'f' | 'h' | 'o' | 'q'>

/** What `tell` tells, as numbers: operations of the tape as they are, and these. */
const Op = { write: 16, property: 17, held: 18, locals: 19, expression: 20 } as const

/** `failed` is called after the recorder was let go. */
export function createStatementProbes(recorder: Recorder, failed: () => number): StatementProbes {
  const { calls, governor } = recorder
  const { levels } = calls
  const { values } = recorder.writer.tape

  const tell = (op: number, frame: number, probe: number, value: unknown, more?: unknown, key?: unknown): void => {
    if (!(frame > 0) || levels[probe] !== STATEMENTS || !recorder.begin()) return
    try {
      // Those of the tape have their price there.
      const from = op < Op.write ? 0 : governor.start()
      const at = values.length
      if (op < Op.write) calls.reached(op, frame, probe, value as number) // SAFE: a number for iterations, and unread for others
      else if (op === Op.write) calls.wrote(frame, probe, value)
      else if (op === Op.property) calls.wroteProperty(frame, probe, more, key, value)
      else if (op === Op.held) calls.holdsNow(frame, probe, value, more)
      else if (op === Op.locals) calls.localsAre(frame, probe, value as readonly unknown[]) // SAFE: as `o` gives it
      else calls.evaluated(frame, probe, value)
      // A chunk may have been sealed since.
      if (from > 0) governor.paid(probe, from, values.length > at ? values.length - at : 0, false)
      recorder.busy = false
    } catch {
      recorder.busy = false
      failed() // SAFE: a probe never throws; counted.
    }
  }
  return {
    s: (frame, probe, value) => tell(Op.write, frame, probe, value),
    p: (frame, probe) => tell(TapeOp.step, frame, probe, 0),
    c(frame, probe, value) {
      // `document.all` is falsy and equal to null without being it.
      tell(value ? TapeOp.truthy : value === undefined || value === null ? TapeOp.nullish : TapeOp.falsy, frame, probe, 0)
      return value
    },
    j: (frame, probe, iteration) => tell(TapeOp.iteration, frame, probe, iteration),
    u(frame, probe, result, ...written) {
      if (written.length === 0) tell(Op.write, frame, probe, result)
      for (let i = 0; i < written.length; i++) tell(Op.write, frame, probe + i, written[i])
      return result
    },
    f(frame, probe, result, object, key) {
      tell(Op.property, frame, probe, result, object, key)
      return result
    },
    h(frame, probe, result, ...targets) {
      for (let i = 0; i + 1 < targets.length; i += 2) tell(Op.held, frame, probe + i / 2, targets[i], targets[i + 1])
      return result
    },
    o(frame, probe, result, ...locals) {
      tell(Op.locals, frame, probe, locals)
      return result
    },
    q(frame, probe, value) {
      tell(Op.expression, frame, probe, value)
      return value
    },
  }
}
