#!/usr/bin/env node
/**
 * Semantic parity on test262: every file that passes plain in a Node realm must pass instrumented, with a recorder recording.
 *
 * usage: pnpm conformance --suite DIR [--level values|statements] [--only TEXT] [--every N] [--jobs N] [--no-save]
 *
 * DIR holds harness/ and test/ of https://github.com/tc39/test262. A complete run is written to docs/transparency/conformance.json, and
 * docs/transparency.md is made anew from it; a run with --only or --every is shown and not kept.
 */
import { fork } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { cpus } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureBuild } from './lib/ensure-build.mjs'
import { runScript } from './lib/failure.mjs'
import { fromRoot } from './lib/root.mjs'
import { keepResult } from './lib/transparency-results.mjs'

const LEVELS = ['values', 'statements']
const BATCH = 40
/** A file that has said nothing for so long has hung the process. */
const SILENT_MS = 20_000

/** The words of Node's limit for synchronous code and of ours for promises. */
const TIMED_OUT = /^timeout$|timed out/

await runScript(async () => {
  const { values: options } = parseArgs({
    args: process.argv.slice(2).filter(argument => argument !== '--'),
    allowPositionals: true,
    options: {
      suite: { type: 'string' },
      level: { type: 'string', multiple: true, default: LEVELS },
      only: { type: 'string' },
      every: { type: 'string', default: '1' },
      jobs: { type: 'string', default: String(Math.max(1, cpus().length)) },
      'no-save': { type: 'boolean', default: false },
    },
  })
  if (!options.suite) {
    console.error('--suite names a folder with harness/ and test/ of test262')
    return 1
  }
  await ensureBuild()
  const suite = resolve(options.suite)
  const files = testFiles(suite).filter((file, index) => file.includes(options.only ?? '') && index % Number(options.every) === 0)
  const levels = {}
  for (const level of options.level) {
    const result = await runLevel({ suite, files, level, jobs: Number(options.jobs) })
    levels[level] = result
    report(level, result, suite)
  }
  const summary = summarize(levels, suite)
  const isComplete = !options.only && options.every === '1' && LEVELS.every(level => level in levels)
  if (isComplete && !options['no-save']) await keepResult('conformance', { files: files.length, levels: summary })
  return Object.values(levels).every(({ lost, crashed }) => lost.length === 0 && crashed.every(({ plain }) => plain)) ? 0 : 1
})

function testFiles(suite) {
  return ['test/language', 'test/annexB/language']
    .flatMap(folder => readdirSync(join(suite, folder), { recursive: true }).map(path => join(suite, folder, String(path))))
    .filter(file => file.endsWith('.js') && !file.includes('_FIXTURE'))
    .sort()
}

async function runLevel({ suite, files, level, jobs }) {
  const crashed = []
  const results = new Map()
  let events = 0
  const take = outcome => {
    for (const result of outcome.results) results.set(result.file, [...(results.get(result.file) ?? []), result])
    events += outcome.events
  }
  const queue = []
  for (let i = 0; i < files.length; i += BATCH) queue.push(files.slice(i, i + BATCH))
  const lane = async () => {
    for (let batch = queue.shift(); batch; batch = queue.shift()) {
      const { outcome, endedAt } = await runBatch({ suite, files: batch, level })
      if (endedAt === undefined) take(outcome)
      else if (batch.length > 1) queue.unshift(...batch.map(file => [file]))
      // Whether it is ours: without instrumentation the same file must end the process too.
      else crashed.push({ file: endedAt, plain: (await runBatch({ suite, files: batch, level: 'none' })).endedAt !== undefined })
    }
  }
  await Promise.all(Array.from({ length: jobs }, lane))
  // A time limit says as much of what else ran as of the file: what exceeded one runs once more, alone.
  for (const [file, outcomes] of results) {
    if (!outcomes.some(({ why = '' }) => TIMED_OUT.test(why))) continue
    const { outcome, endedAt } = await runBatch({ suite, files: [file], level })
    if (endedAt === undefined) results.set(file, outcome.results)
  }
  return { ...count([...results.values()].flat()), crashed, events }
}

function count(results) {
  const of = what => results.filter(({ result }) => result === what)
  const lost = of('lost')
    .map(({ result: _result, ...where }) => where)
    .sort((a, b) => (a.file < b.file ? -1 : 1))
  const failsPlain = of('fails-plain').length
  return { plainPasses: results.length - failsPlain, same: of('same').length, failsPlain, lost }
}

/** Runs the files in a process of their own. `endedAt` is the file at which the process ended too early. */
function runBatch({ suite, files, level }) {
  return new Promise(done => {
    const outcome = { results: [], events: 0 }
    let at = files[0]
    let isFinished = false
    let timer
    const child = fork(fromRoot('tests/conformance/worker.mjs'), [], {
      execArgv: ['--experimental-vm-modules', '--expose-gc', '--no-warnings'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    const watch = () => {
      clearTimeout(timer)
      timer = setTimeout(() => child.kill('SIGKILL'), SILENT_MS)
    }
    child.on('message', message => {
      watch()
      if (message.started) at = message.started
      else if (message.result) outcome.results.push(message)
      else if (message.finished) {
        isFinished = true
        outcome.events = message.events
        child.kill()
      }
    })
    child.on('exit', () => {
      clearTimeout(timer)
      done({ outcome, endedAt: isFinished ? undefined : at })
    })
    watch()
    child.send({ suite, files, level })
  })
}

function report(level, { plainPasses, same, failsPlain, lost, crashed, events }, suite) {
  for (const { file, strict, why } of lost.slice(0, 30))
    console.log(`lost ${relative(suite, file)} (${strict ? 'strict' : 'as it is'}): ${why.slice(0, 200)}`)
  for (const { file, plain } of crashed) console.log(`ends the process${plain ? ', plain too' : ''}: ${relative(suite, file)}`)
  const share = plainPasses === 0 ? 0 : (100 * same) / plainPasses
  console.log(
    `${level}: parity ${same}/${plainPasses} (${share.toFixed(3)} %), fails plain ${failsPlain}, ends the process ${crashed.length}, events recorded ${events}`,
  )
}

function summarize(levels, suite) {
  return Object.fromEntries(
    Object.entries(levels).map(([level, { lost, crashed, ...figures }]) => [
      level,
      {
        ...figures,
        lost: lost.map(({ file, strict, why }) => ({ file: relative(suite, file), strict, why })),
        crashed: crashed.map(({ file, plain }) => ({ file: relative(suite, file), plain })),
      },
    ]),
  )
}
