/** The hook's functions of level `statements`: the guard and the level of every one of them, as in probe-functions.ts. */
import { TapeOp } from '@hindscope/protocol'
import type { HookBehaviour } from '../hook-object.ts'
import type { Recorder } from './recorder.ts'

const STATEMENTS = 4

type StatementProbes = Pick<HookBehaviour, 's' | 'p' | 'c' | 'j' | 'u' | 'f' | 'h' | 'o' | 'q'>

/** `failed` is called after the recorder was let go. */
export function createStatementProbes(recorder: Recorder, failed: () => number): StatementProbes {
  const { calls, governor } = recorder
  const { levels } = calls
  const { values } = recorder.writer.tape

  /** Of a statement. A chunk may have been sealed since. */
  const paid = (probe: number, from: number, at: number): void => governor.paid(probe, from, values.length > at ? values.length - at : 0, false)
  const wrote = (frame: number, probe: number, value: unknown): void => {
    if (levels[probe] !== STATEMENTS || !recorder.begin()) return
    try {
      const from = governor.start()
      const at = values.length
      calls.wrote(frame, probe, value)
      if (from > 0) paid(probe, from, at)
      recorder.busy = false
    } catch {
      recorder.busy = false
      failed() // SAFE: a probe never throws; counted.
    }
  }
  const reached = (op: number, frame: number, probe: number, iteration = 0): void => {
    if (levels[probe] !== STATEMENTS || !recorder.begin()) return
    try {
      calls.reached(op, frame, probe, iteration)
      recorder.busy = false
    } catch {
      recorder.busy = false
      failed() // SAFE: a probe never throws; counted.
    }
  }
  return {
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
      if (frame <= 0 || levels[probe] !== STATEMENTS || !recorder.begin()) return result
      try {
        const from = governor.start()
        const at = values.length
        calls.wroteProperty(frame, probe, object, key, result)
        if (from > 0) paid(probe, from, at)
        recorder.busy = false
      } catch {
        recorder.busy = false
        failed() // SAFE: a probe never throws; counted.
      }
      return result
    },
    h(frame, probe, result, ...targets) {
      if (frame <= 0 || levels[probe] !== STATEMENTS || !recorder.begin()) return result
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
      if (frame <= 0 || levels[probe] !== STATEMENTS || !recorder.begin()) return result
      try {
        const from = governor.start()
        const at = values.length
        calls.localsAre(frame, probe, locals)
        if (from > 0) paid(probe, from, at)
        recorder.busy = false
      } catch {
        recorder.busy = false
        failed() // SAFE: a probe never throws; counted.
      }
      return result
    },
    q(frame, probe, value) {
      if (frame <= 0 || levels[probe] !== STATEMENTS || !recorder.begin()) return value
      try {
        const from = governor.start()
        const at = values.length
        calls.evaluated(frame, probe, value)
        if (from > 0) paid(probe, from, at)
        recorder.busy = false
      } catch {
        recorder.busy = false
        failed() // SAFE: a probe never throws; counted.
      }
      return value
    },
  }
}
