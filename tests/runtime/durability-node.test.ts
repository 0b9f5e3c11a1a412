/**
 * Every way in which a Node program ends: what it had recorded against what is kept. Programs are real processes and say themselves how
 * far they got. What may be missing is stated in docs/durability.md: what was recorded within the last flush interval.
 */
import { readFileSync } from 'node:fs'
import { readChunks } from '@hindscope/testkit'
import { startCollector } from '@hindscope/collector'
import type { Collector } from '@hindscope/collector'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Grave, distinct, lostMs, numbersIn } from './mortal-programs.ts'
import type { Ended } from './mortal-programs.ts'

/** Default of `flushMs`, and the time that may pass between readings of the clock while events come densely. */
const FLUSH_MS = 100
const READING_MS = 20

let grave: Grave
let collector: Collector | undefined
beforeEach(() => {
  grave = new Grave()
})
afterEach(async () => {
  await collector?.close()
  collector = undefined
  grave.remove()
})

/** Programs that end by themselves. `f` is the recorded call, `calls(n)` and `busy(ms)` call it without a turn of the event loop. */
const WAYS: readonly (readonly [way: string, program: string, loses: 'nothing' | 'one interval'])[] = [
  ['its end', 'busy(250)', 'nothing'],
  ['process.exit', 'busy(250); process.exit(3)', 'nothing'],
  ['process.exit inside a recorded call', 'const F = H.e(L[0], 1, next++); calls(64); process.exit(0)', 'nothing'],
  ['an uncaught error', 'setTimeout(() => { calls(64); throw new Error("boom") })', 'nothing'],
  ['an unhandled rejection', 'calls(64); Promise.reject(new Error("boom")); setTimeout(() => {}, 5000)', 'nothing'],
  ['an exit listener that records', 'setTimeout(() => { process.on("exit", () => { for (let i = 0; i < 40; i++) f() }) })', 'nothing'],
  ['an exit listener that throws', 'process.on("exit", () => { throw new Error("at exit") }); calls(64)', 'nothing'],
  ['SIGINT', 'busy(250); process.kill(process.pid, "SIGINT"); setTimeout(() => {}, 5000)', 'one interval'],
  ['SIGTERM', 'busy(250); setInterval(() => { if (busy(10), next > 3000) process.kill(process.pid, "SIGTERM") })', 'one interval'],
  ['SIGHUP', 'calls(64); process.kill(process.pid, "SIGHUP"); setTimeout(() => {}, 5000)', 'one interval'],
  ['SIGKILL in a loop that never gives way', 'busy(250); process.kill(process.pid, "SIGKILL")', 'one interval'],
  ['process.abort', 'busy(250); process.abort()', 'one interval'],
  ['a full heap', 'const kept = []; for (;;) { f(); kept.push(new Array(2000).fill(next)) }', 'one interval'],
]
const FLAGS = ['--max-old-space-size=40']

function expectKept(numbers: readonly number[], ended: Ended, loses: 'nothing' | 'one interval'): void {
  expect(ended.said.length, ended.stderr).toBeGreaterThan(0)
  expect(lostMs(numbers, ended)).toBeLessThanOrEqual(loses === 'nothing' ? 0 : FLUSH_MS + READING_MS)
}

describe('with a trace file', () => {
  test.each(WAYS)('%s loses what the documentation says', async (_way, program, loses) => {
    const ended = await grave.run(program, { flags: FLAGS })
    expectKept(numbersIn(grave.chunks('traces')), ended, loses)
  })
})

describe('with a collector', () => {
  test.each(WAYS)('%s loses what the documentation says', async (_way, program, loses) => {
    collector = await startCollector({ dataDir: grave.dataDir })
    const ended = await grave.run(program, { flags: FLAGS })
    await collector.close()
    const kept = grave.chunks('sessions')
    expectKept(numbersIn(distinct(kept)), ended, loses)
    expect(grave.files('spool')).toEqual([])
  })
})

describe('with a collector that does not answer', () => {
  test.each(WAYS.filter(([way]) => /^(its end|SIGTERM|SIGKILL|process.exit$)/.test(way)))(
    '%s loses what the documentation says, once a collector comes',
    async (_way, program, loses) => {
      grave.writeDeadAddress()
      const ended = await grave.run(program, { flags: FLAGS })
      collector = await startCollector({ dataDir: grave.dataDir })
      await collector.close()
      expectKept(numbersIn(distinct(grave.chunks('sessions'))), ended, loses)
      expect(grave.files('spool')).toEqual([])
    },
  )
})

/** Programs that make another thread or process from FILE, which records `inner`; the outer one ends by itself. */
const INNER: readonly (readonly [way: string, outer: string, inner: string, loses: 'nothing' | 'one interval'])[] = [
  [
    'a worker that is terminated',
    'new Worker(FILE).once("message", function () { setTimeout(() => this.terminate(), 60) })',
    'busy(150); tell(); for (;;) busy(50)',
    'one interval',
  ],
  ['a worker that calls process.exit', 'new Worker(FILE)', 'calls(64); process.exit(0)', 'nothing'],
  [
    'a worker that throws',
    'new Worker(FILE).on("error", () => {})',
    'calls(64); setTimeout(() => { calls(64); throw new Error("boom") })',
    'nothing',
  ],
  ['a worker whose process exits', 'new Worker(FILE).once("message", () => process.exit(0))', 'busy(150); tell(); for (;;) busy(50)', 'one interval'],
  [
    'a child that is killed',
    'fork(FILE).once("message", function () { this.kill("SIGKILL") })',
    'busy(150); tell(); for (;;) busy(50)',
    'one interval',
  ],
]
const OUTER = "import { Worker } from 'node:worker_threads'\nimport { fork } from 'node:child_process'\n"
const TELL = "import { parentPort } from 'node:worker_threads'\nconst tell = () => parentPort ? parentPort.postMessage(0) : process.send(0)\n"

test.each(INNER)('%s loses what the documentation says', async (_way, outer, inner, loses) => {
  collector = await startCollector({ dataDir: grave.dataDir })
  const ended = await grave.run(OUTER + outer.replace('FILE', JSON.stringify(grave.writeProgram(TELL + inner))))
  await collector.close()
  expectKept(numbersIn(distinct(grave.chunks('sessions'))), ended, loses)
  expect(grave.files('spool')).toEqual([])
})

test.each(['traces', 'spool'] as const)('a disk that is full leaves whole chunks in %s, is counted, and the program goes on', async folder => {
  if (folder === 'spool') grave.writeDeadAddress()
  const config = { ringEvents: 256, maxBufferedBytes: 65_536 }
  const ended = await grave.run('calls(20000); const { dropped, errors } = recorder.stats(); say("stats", dropped, JSON.stringify(errors))', {
    fileKb: folder === 'traces' ? 40 : 12,
    config,
  })
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  expect(ended.words[0]).toMatch(folder === 'traces' ? /^stats [1-9].*"file-failed":[1-9]/ : /^stats \d.*"spool-failed":[1-9]/)
  const damaged = grave.files(folder).flatMap(file => readChunks(new Uint8Array(readFileSync(file))).damage)
  expect(damaged).toEqual([])
  expect(numbersIn(grave.chunks(folder)).length).toBeGreaterThan(100)
})

test('a program behaves on signals as without the recorder', async () => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    const ended = await grave.run(`f(); process.kill(process.pid, '${signal}'); setTimeout(() => {}, 5000)`)
    expect(ended).toMatchObject({ code: null, signal })
  }
  const own = await grave.run(
    `process.on('SIGTERM', () => { f(); process.exit(7) }); process.kill(process.pid, 'SIGTERM'); setTimeout(() => {}, 5000)`,
  )
  expect(own).toMatchObject({ code: 7, signal: null })
  const kinds = await grave.run(
    `setTimeout(() => say(...['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'].map(name => 'n' + process.listenerCount(name))))`,
  )
  expect(kinds.words).toEqual(['n0 n0 n0 n0'])
})
