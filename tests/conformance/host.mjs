/**
 * Host for a test262 runner: how to instrument a test, and how to put a hook into each fresh realm before any code runs there.
 * Only the public API is used. LEVEL `inert` runs without any recorder: inserted code must then be invisible too. LEVEL `expressions` is
 * `statements` with the values of expressions.
 */
import { instrument, restore } from '@hindscope/instrument'

const EVERYTHING = { level: 'statements', overrides: [{ expressions: true }] }

export default async function host({ level = 'values' } = {}) {
  const recorders = []
  const plan = level === 'inert' || level === 'expressions' ? EVERYTHING : { level }
  const { createRecorder } = level === 'inert' ? {} : await import('@hindscope/runtime')
  return {
    instrument(code, { id, sourceType }) {
      const result = instrument(code, { id, sourceType, hook: 'global', plan })
      if (restore(result.code) !== code) throw new Error('restore does not give the original back')
      return result.code
    },
    install(globalObject) {
      if (!createRecorder) return
      const recorder = createRecorder({ sink: 'memory', level: plan.level })
      recorder.install(globalObject)
      recorders.push(recorder)
    },
    recorded: () => recorders.reduce((events, recorder) => events + recorder.stats().events, 0),
  }
}
