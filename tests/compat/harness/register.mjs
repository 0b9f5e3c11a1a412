/**
 * `node --import …/register.mjs program.mjs` with COMPAT_LEVEL set: every subject file (instrument-file.mjs) is instrumented at that level,
 * ES modules in Node's loader thread, CommonJS through `Module.prototype._compile`; a real recorder records what they do.
 */
import { Module, createRequire, register } from 'node:module'
import { createRecorder } from '@hindscope/runtime'
import { COUNTERS, instrumentFile, isSubject } from './instrument-file.mjs'

const level = process.env['COMPAT_LEVEL']
const counters = new Int32Array(new SharedArrayBuffer(4 * COUNTERS.length))
const problems = []
const recorder = createRecorder({ sink: 'memory', maxBufferedBytes: 1 << 22, maxDepth: 2, maxWidth: 8, maxString: 100 })
recorder.install(globalThis)

const hookUrl = import.meta.resolve('@hindscope/runtime/hook')
const hookPath = createRequire(import.meta.url).resolve('./hook.cjs')
const { _compile } = Module.prototype
Module.prototype._compile = function (code, filename, ...rest) {
  // `require` of an ES module comes here, too.
  const sourceType = rest[0] === 'module' || filename.endsWith('.mjs') ? 'module' : 'commonjs'
  const hookModule = sourceType === 'module' ? hookUrl : hookPath
  const text = isSubject(filename) ? instrumentFile(code, { path: filename, sourceType, level, hookModule, counters, problems }) : code
  return _compile.call(this, text, filename, ...rest)
}
register('./loader-thread.mjs', { parentURL: import.meta.url, data: { counters, level, hookUrl } })

/** Where run-program.mjs finds out what was instrumented and recorded. A symbol that no program looks for. */
globalThis[Symbol.for('hindscope.compat')] = {
  counts: () => Object.fromEntries(COUNTERS.map((name, index) => [name, Atomics.load(counters, index)])),
  problems,
  stats: () => recorder.stats(),
}
