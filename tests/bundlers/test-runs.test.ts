/** A project's tests run with a recorder as they do without, and each of them is an activity that everything in it belongs to. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hindscope } from '../cli/command-line.ts'
import { run } from './recording.ts'
import type { Run } from './recording.ts'
import { readRun, reportOf } from './test-runs.ts'
import type { RecordedRun } from './test-runs.ts'

const VITEST = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
const APP = fileURLToPath(new URL('./apps/test-runs/', import.meta.url))
const JEST_APP = fileURLToPath(new URL('./apps/jest-runs/', import.meta.url))
const FAILED = 'cart.check.ts > cart > breaks'

const out = mkdtempSync(join(tmpdir(), 'hindscope-test-runs-'))
afterAll(() => rmSync(out, { recursive: true, force: true }))

/** Folder of what a run leaves. */
const plainOut = join(out, 'plain')
const recordedOut = join(out, 'recorded')
const dataDir = join(out, 'data')

const json = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'))

describe('vitest', () => {
  let plain: Run
  let recorded: Run
  let session: RecordedRun
  const vitest = (to: string, env: Readonly<Record<string, string>>): Promise<Run> =>
    run([VITEST, 'run', '--update', '--root', APP], { dataDir, env: { ...env, TEST_RUN_OUT: to } })

  beforeAll(async () => {
    plain = await vitest(plainOut, { TEST_RUN_PLAIN: '1', TEST_RUN_COUNTED: '1' })
    recorded = await vitest(recordedOut, {})
    session = await readRun(dataDir)
  })

  const named = (name: string) => session.tests.filter(each => each.name.endsWith(` > ${name}`))

  test('exit code, report, order, stacks and snapshots are those of a run without it', () => {
    expect(plain.code).toBe(1)
    expect(recorded.code).toBe(plain.code)
    const report = reportOf(json(join(recordedOut, 'results.json')))
    expect(report).toEqual(reportOf(json(join(plainOut, 'results.json'))))
    expect(JSON.stringify(report)).toMatch(/cart\.check\.ts:20:/)
    const [before, after] = [plainOut, recordedOut].map(dir => readFileSync(join(dir, 'cart.check.ts.snap'), 'utf8'))
    expect(after).toBe(before)
  })

  test('what coverage counts is what it counts without us, and tests are recorded all the same', async () => {
    const countedOut = join(out, 'counted')
    const countedData = join(out, 'counted-data')
    const counted = await run([VITEST, 'run', '--update', '--root', APP], {
      dataDir: countedData,
      env: { TEST_RUN_OUT: countedOut, TEST_RUN_COUNTED: '1' },
    })
    expect(counted.stdout).toBe(plain.stdout.replaceAll(plainOut, countedOut))
    const [before, after] = [plainOut, countedOut].map(dir => json(join(dir, 'coverage', 'coverage-final.json')))
    expect(Object.keys(before as object)).toHaveLength(2)
    expect(after).toEqual(before)
    expect((await readRun(countedData)).tests).toHaveLength(session.tests.length)
  })

  test('every attempt of every test is an activity with its name, place and result', () => {
    const outcomes = session.tests.map(({ name, fields }) => `${name.split(' > ').slice(1).join(' > ')}: ${String(fields['state'])}`)
    expect(outcomes.toSorted()).toEqual(
      [
        'cart > adds: passed',
        'cart > adds behind a gap: passed',
        'cart > breaks: failed',
        'cart > needs two attempts: failed',
        'cart > needs two attempts: passed',
        'cart > runs twice: passed',
        'cart > runs twice: passed',
        'cart > does not run: skipped',
        'cart > is to be written: skipped',
        'cart > skips itself: skipped',
        'cart > is known to fail: passed',
        'together > first: passed',
        'together > second: passed',
        'together > third: passed',
        'has a clock of its own: passed',
        'keeps a snapshot: passed',
        'is another file: passed',
      ].toSorted(),
    )
    expect(named('breaks')[0]?.fields).toMatchObject({
      library: 'vitest',
      name: FAILED,
      file: 'cart.check.ts',
      line: 19,
      error: 'expected 8 to be +0 // Object.is equality',
      durationMs: expect.any(Number),
    })
    expect(named('needs two attempts').map(({ fields }) => [fields['retry'], fields['error']])).toEqual([
      [undefined, 'expected 4 to be 5 // Object.is equality'],
      [1, undefined],
    ])
    expect(named('runs twice').map(({ fields }) => fields['repeat'])).toEqual([undefined, 1])
    expect(named('second')[0]?.fields['line']).toBe(48)
  })

  test('what a test calls is in its chain, hooks and what comes behind foreign awaits too, and never in that of another', () => {
    const calls = Object.fromEntries(session.tests.map(each => [each.name.split(' > ').at(-1), each.calls]))
    expect(calls).toMatchObject({
      adds: ['fill', 'total', 'clear'],
      'adds behind a gap': ['fill', 'total', 'clear'],
      breaks: ['fill', 'total', 'clear'],
      'does not run': [],
      'skips itself': ['fill', 'clear'],
      'is known to fail': ['fill', 'refuse', 'clear'],
      first: ['pick', 'pick'],
      second: ['pick', 'pick'],
      third: ['pick', 'pick'],
      'has a clock of its own': ['total'],
      'is another file': ['pick'],
    })
    expect(named('needs two attempts').map(each => each.calls)).toEqual([
      ['fill', 'total', 'clear'],
      ['fill', 'total', 'clear'],
    ])
    expect(session.picks).toEqual({ first: ['first', 'first'], second: ['second', 'second'], third: ['third', 'third'] })
  })

  test('all files are realms of one session, named after them', () => {
    expect(session.session.tracks.map(track => track.name).toSorted()).toEqual(['cart.check.ts', 'shelf.check.ts'])
    expect(session.session.dropped).toBe(0)
  })

  test('a test that fails is an incident, an attempt before another one is none', () => {
    const marks = session.incidents.flatMap(({ causes }) => causes.filter(({ cause }) => cause === 'mark').map(({ title }) => title))
    expect(marks).toEqual([`test failed: ${FAILED}`])
  })

  test('the terminal says how to open it', async () => {
    const [, id = '', moment = ''] = /npx hindscope open (\w+) --at (\d+\.\d+)/.exec(recorded.stderr) ?? []
    expect(recorded.stderr).toContain(`   ${FAILED}\n`)
    expect(session.session.session.startsWith(id)).toBe(true)
    const { stdout } = await hindscope(['open', id, '--at', moment], {
      cwd: APP,
      env: { HINDSCOPE_DIR: dataDir },
      when: { text: 'Serving', then: pid => process.kill(pid, 'SIGINT') },
    })
    expect(stdout).toContain(`#v=1&s=${session.session.session}&m=${moment}`)
  })
})

describe.each(['jest', 'jest29'])('%s', version => {
  let plain: Run
  let recorded: Run
  let session: RecordedRun
  const plainTo = join(out, `${version}-plain`)
  const recordedTo = join(out, `${version}-recorded`)
  const data = join(out, `${version}-data`)
  const jest = (to: string, env: Readonly<Record<string, string>>): Promise<Run> => {
    const script = createRequire(import.meta.url)
      .resolve(`${version}/package.json`)
      .replace('package.json', 'bin/jest.js')
    const config = ['--rootDir', JEST_APP, '--config', join(JEST_APP, 'jest.config.mjs')]
    return run([script, ...config, '--ci=false', '--json', `--outputFile=${join(to, 'results.json')}`], {
      dataDir: data,
      env: { ...env, TEST_RUN_OUT: to },
    })
  }

  beforeAll(async () => {
    mkdirSync(plainTo)
    mkdirSync(recordedTo)
    plain = await jest(plainTo, { TEST_RUN_PLAIN: '1' })
    recorded = await jest(recordedTo, {})
    session = await readRun(data)
  })

  test('exit code, report, order, stacks, snapshots and coverage are those of a run without it', () => {
    expect(plain.code, plain.stderr).toBe(1)
    expect(recorded.code).toBe(plain.code)
    const [before, after] = [plainTo, recordedTo].map(dir => reportOf(json(join(dir, 'results.json'))))
    expect(after).toEqual(before)
    expect(JSON.stringify(after)).toMatch(/cart\.check\.js:23:24/)
    const snapshots = [plainTo, recordedTo].map(dir => readFileSync(join(dir, 'cart.check.js.snap'), 'utf8'))
    expect(snapshots[1]).toBe(snapshots[0])
    const counted = [plainTo, recordedTo].map(dir => json(join(dir, 'coverage', 'coverage-final.json')))
    expect(Object.keys(counted[0] as object)).toHaveLength(3)
    expect(counted[1]).toEqual(counted[0])
    // Nothing keeps the process alive.
    expect(recorded.stderr).not.toContain('did not exit')
  })

  test('every attempt of every test is an activity with its name, place and result, and what is called in it is in its chain', () => {
    const told = session.tests.map(({ name, fields, calls }) => [name.split(' > ').slice(1).join(' > '), fields['state'], calls.join()])
    const body = 'fill,total,clear'
    expect(told.toSorted()).toEqual(
      [
        ['cart > adds', 'passed', body],
        ['cart > adds behind a gap', 'passed', body],
        ['cart > breaks', 'failed', body],
        ['cart > breaks', 'failed', body],
        ['cart > does not run', 'skipped', ''],
        ['cart > is to be written', 'skipped', ''],
        ['cart > needs two attempts', 'failed', body],
        ['cart > needs two attempts', 'passed', body],
        ['has a clock and modules of its own', 'passed', 'total,pick'],
        ['is another file', 'passed', 'pick'],
        ['keeps a snapshot', 'passed', 'total'],
        ['together > first', 'passed', 'pick,pick'],
        ['together > second', 'passed', 'pick,pick'],
        ['together > third', 'passed', 'pick,pick'],
      ].toSorted(),
    )
    expect(session.picks).toEqual({ first: ['first', 'first'], second: ['second', 'second'], third: ['third', 'third'] })
    const [first, second] = session.tests.filter(({ name }) => name.endsWith('breaks'))
    expect(first?.fields).toMatchObject({
      library: 'jest',
      name: 'cart.check.js > cart > breaks',
      file: 'cart.check.js',
      line: 22,
      error: 'expect(received).toBe(expected) // Object.is equality\n\nExpected: 0\nReceived: 8',
      durationMs: expect.any(Number),
    })
    expect(second?.fields['retry']).toBe(1)
  })

  test('one session, one incident, and the words about it', () => {
    expect(session.session.tracks.map(track => `${track.realmKind} ${track.name}`).toSorted()).toEqual(['vm cart.check.js', 'vm shelf.check.js'])
    expect(session.session.dropped).toBe(0)
    const marks = session.incidents.flatMap(({ causes }) => causes.filter(({ cause }) => cause === 'mark').map(({ title }) => title))
    expect(marks).toEqual(['test failed: cart.check.js > cart > breaks'])
    expect(recorded.stderr).toMatch(new RegExp(`npx hindscope open ${session.session.session.slice(0, 8)} --at \\d`))
  })
})
