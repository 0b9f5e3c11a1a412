/** Levels of a running program, changed from another terminal: what is recorded follows, and the trace says so. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FunctionLevel, LevelOutcome, LevelRule } from '@hindscope/protocol'
import { expect, test } from 'vitest'
import { folder, hindscope } from './command-line.ts'

const APP = `
import { existsSync } from 'node:fs'
import { quiet } from './lib/quiet.js'
function work(n) {
  return quiet(n) + 1
}
let n = 0
const timer = setInterval(async () => {
  work(n++)
  if (existsSync('load') && !globalThis.late) globalThis.late = await import('./lib/late.js')
  globalThis.late?.late(n)
  if (existsSync('stop')) clearInterval(timer)
}, 5)
console.log('running')
`
const FILES = {
  'package.json': '{"type":"module"}',
  'app.js': APP,
  'lib/quiet.js': 'export function quiet(n) {\n  return n * 2\n}\n',
  'lib/late.js': 'export function late(n) {\n  return n\n}\n',
}

interface Levels {
  readonly rules?: readonly LevelRule[]
  readonly functions: readonly FunctionLevel[]
}

test('a level set from the command line holds at once and for modules that come later, is shown, and is an event', async () => {
  using project = folder(FILES)
  const at = { cwd: project.dir }
  const json = async <T>(...args: string[]): Promise<T> => {
    const { stdout, stderr, exitCode } = await hindscope([...args, '--json'], at)
    expect([exitCode, stderr]).toEqual([0, ''])
    return JSON.parse(stdout) as T // SAFE: `--json` prints one object
  }
  const levels = async (name: string): Promise<FunctionLevel | undefined> => (await json<Levels>('levels')).functions.find(each => each.name === name)
  const until = async (name: string, isDone: (level: FunctionLevel | undefined) => boolean): Promise<FunctionLevel | undefined> => {
    for (const endMs = Date.now() + 20_000; ;) {
      const found = await levels(name)
      if (isDone(found) || Date.now() > endMs) return found
    }
  }
  let driven: Promise<void> = Promise.resolve()
  const run = hindscope(['run', '--once', '-o', 'app.hscope', '--', process.execPath, 'app.js'], {
    ...at,
    when: { text: 'running', then: () => (driven = drive().finally(() => writeFileSync(join(project.dir, 'stop'), ''))) },
  })
  const drive = async (): Promise<void> => {
    await until('quiet', each => (each?.calls ?? 0) > 0)
    expect(await json<LevelOutcome>('level', 'lib/**', 'off')).toMatchObject({
      revision: 1,
      functions: 1,
      capped: 0,
      realms: 1,
      answered: 1,
      changed: 1,
      rules: [{ file: 'lib/**', level: 'off' }],
    })
    const off = await until('quiet', each => each?.tracks[0]?.level === 'off')
    expect(off).toMatchObject({ built: 'values', tracks: [{ level: 'off', by: 'user', changes: 1 }] })
    writeFileSync(join(project.dir, 'load'), '')
    expect(await until('late', each => each?.tracks[0]?.changes === 1)).toMatchObject({ built: 'values', tracks: [{ level: 'off', by: 'user' }] })
    expect(await json<LevelOutcome>('level', ':work', 'statements')).toMatchObject({ functions: 1, capped: 1, changed: 0 })
    expect(await json<LevelOutcome>('level', 'app.js:work', 'count')).toMatchObject({ changed: 1 })
    expect((await until('work', each => (each?.counted ?? 0) > 0))?.counted).toBeGreaterThan(0)
    expect((await json<Levels>('levels')).rules).toHaveLength(3)
    const text = await hindscope(['levels', '--changed'], at)
    expect(text.stdout).toMatch(/^rule lib\/\*\* off$/m)
    expect(text.stdout).toMatch(/^ +1 {2}quiet +off \(built values\) by user, 1 change, last 0\.\d+ {2}[\d,]+ calls recorded$/m)
    const before = (await levels('quiet'))?.calls
    expect(await json<LevelOutcome>('level', '**', 'plan')).toMatchObject({ rules: [], changed: 3 })
    await until('quiet', each => (each?.calls ?? 0) > (before ?? 0))
  }
  expect((await run).exitCode).toBe(0)
  await driven
  const trace = await hindscope(['query', 'app.hscope', '--kind', 'levelChange', '--json'], at)
  const events = trace.stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as { name: string; preview: string }) // SAFE: one row a line
  expect(events.map(({ name, preview }) => name + preview)).toEqual([
    'quiet → off by user',
    'late → off by user',
    'work → count by user',
    'work → values by plan',
    'quiet → values by plan',
    'late → values by plan',
  ])
  const gap = await hindscope(['levels', 'app.hscope', '--function', 'quiet', '--json'], at)
  expect(JSON.parse(gap.stdout)).toMatchObject({ functions: [{ name: 'quiet', tracks: [{ level: 'values', changes: 2 }] }] })
})

test('says what is wrong with a level, and when nothing runs', async () => {
  using project = folder({ 'package.json': '{"type":"module"}' })
  expect(await hindscope(['level', '**', 'loud'], { cwd: project.dir })).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('statements, plan'),
  })
  expect(await hindscope(['level', '**', 'off'], { cwd: project.dir })).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('cli-no-collector'),
  })
})
