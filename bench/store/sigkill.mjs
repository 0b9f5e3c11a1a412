// 1,000 rounds of SIGKILL (ROUNDS=… for another number, SEED=… for other moments) of a process that records, seals, compacts and prunes one
// session: every event that it acknowledged is there or known to be pruned, every file opens. Prints one JSON line; ends with 1 otherwise.
//
//   node bench/store/sigkill.mjs
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle, loadTypescript } from './load-typescript.mjs'

const ROUNDS = Number(process.env.ROUNDS ?? 1000)
let state = Number(process.env.SEED ?? 1)
const draw = end => (state = Math.imul(state, 48_271) >>> 1) % end

const folder = mkdtempSync(join(tmpdir(), 'hindscope-sigkill-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const program = await bundle('packages/collector/test/fixtures/store-process.ts', join(folder, 'store-process.cjs'), 'cjs')
const { runKillRounds } = await loadTypescript('packages/collector/test/kill-rounds.ts')
const startedMs = performance.now()
const { rounds, acknowledgedEvents, problems } = await runKillRounds({ program, dataDir: folder, rounds: ROUNDS, draw })
const result = { rounds, acknowledgedEvents, problems: problems.length, seconds: Math.round((performance.now() - startedMs) / 1000) }
console.log(JSON.stringify({ ...result, first: problems.slice(0, 5) }))
if (process.env.RESULT_FILE) writeFileSync(process.env.RESULT_FILE, `${JSON.stringify(result)}\n`)
process.exitCode = problems.length === 0 ? 0 : 1
