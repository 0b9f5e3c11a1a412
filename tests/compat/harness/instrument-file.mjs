/** Which files of a process are instrumented, how, and how many: the loader thread and the program's thread count into one array. */
import { instrument } from '@hindscope/instrument'

export const COUNTERS = ['files', 'functions', 'probes', 'untouched']

/** Libraries with everything that they depend on, and the programs that drive them; not the harness, nor Hindscope's own packages. */
export const isSubject = path => /\.[cm]?js$/.test(path) && /\/(?:node_modules|tests\/compat\/(?:programs|crashes))\//.test(path)

/** `counters` is an Int32Array in the order of COUNTERS; `problems` gets one line per file that could not be instrumented. */
export function instrumentFile(code, { path, sourceType, level, hookModule, counters, problems }) {
  const id = path.slice(path.lastIndexOf('/node_modules/') + 1)
  const result = instrument(code, { id, sourceType, plan: { level }, hookModule })
  const functions = result.manifest.probes.filter(({ kind }) => kind === 'function').length
  if (functions === 0) Atomics.add(counters, COUNTERS.indexOf('untouched'), 1)
  else Atomics.add(counters, COUNTERS.indexOf('files'), 1)
  Atomics.add(counters, COUNTERS.indexOf('functions'), functions)
  Atomics.add(counters, COUNTERS.indexOf('probes'), result.manifest.probes.length)
  for (const { severity, code: name, line } of result.diagnostics) if (severity === 'error') problems.push(`${id}:${line} ${name}`)
  return result.code
}
