/** `node run-program.mjs <name> <report file> [full]`: runs one program of programs/ and writes down everything that can be compared. */
import { writeFileSync } from 'node:fs'
import { describe } from './describe.mjs'
import { createJournal, describeError, framesWithProbes } from './journal.mjs'

const [, , name, report, size] = process.argv
const started = process.cpuUsage()
const { lines, log } = createJournal()
process.on('unhandledRejection', error => log('unhandledRejection', describeError(error)))
process.on('rejectionHandled', () => log('rejectionHandled'))
process.on('uncaughtException', error => log('uncaughtException', describeError(error)))
process.on('warning', warning => log('warning', warning.name, warning.message))

// The same chance in every run.
let seed = 1
Math.random = () => (seed = (seed * 48271) % 0x7fffffff) / 0x7fffffff

const { run, modules } = await import(`../programs/${name}.mjs`)
await log.attempt('program', () => run(log, { isFull: size === 'full' }))
for (let turn = 0; turn < 5; turn++) await new Promise(resolve => setImmediate(resolve))

const exports = Object.entries(modules).flatMap(([key, module]) => describe(module, key))
const instrumented = globalThis[Symbol.for('hindscope.compat')]
const { user, system } = process.cpuUsage(started)
const result = { lines, exports, leaks: [...framesWithProbes], cpuMs: Math.round((user + system) / 1000) }
if (instrumented) Object.assign(result, instrumented.counts(), { problems: instrumented.problems, stats: instrumented.stats() })
writeFileSync(report, JSON.stringify(result))
process.exit()
