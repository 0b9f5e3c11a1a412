/** A process that is killed while it records, seals, compacts and prunes: what it acknowledged is there. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { alias } from '../../../alias.ts'
import { runKillRounds } from './kill-rounds.ts'

let folder: string
let program: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hindscope-kill-'))
  program = join(folder, 'store-process.cjs')
  await build({
    entryPoints: [fileURLToPath(new URL('fixtures/store-process.ts', import.meta.url))],
    outfile: program,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    alias: { ...alias },
    external: ['@duckdb/node-api'],
    logLevel: 'error',
    logOverride: { 'empty-import-meta': 'silent' },
  })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it('loses nothing over several kills', async () => {
  let state = 20_261_122
  const draw = (end: number): number => (state = Math.imul(state, 48_271) >>> 1) % end
  const { acknowledgedEvents, problems } = await runKillRounds({ program, dataDir: folder, rounds: 15, draw })
  expect(problems).toEqual([])
  expect(acknowledgedEvents).toBeGreaterThan(1000)
}, 120_000)
