/** The two commands that the README promises, in a fresh clone: nothing is there but what is under version control. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
let scratch = ''
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'hindscope-clone-'))
  execFileSync('git', ['clone', '--quiet', root, scratch])
})
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

function npm(...args: string[]): string[] {
  // The outer run's own variables must not reach the inner one.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_ENV$|NODE_OPTIONS$|HINDSCOPE)/.test(name)))
  return execFileSync('npm', args, { cwd: scratch, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 26 })
    .trimEnd()
    .split('\n')
}

test('npm run demo -- --once records the shop and says what it recorded', () => {
  const lines = npm('run', 'demo', '--', '--once')
  const figures = JSON.parse(lines.at(-1) ?? '') as Record<string, unknown>
  expect(Object.keys(figures)).toEqual(['events', 'calls', 'functions', 'realms', 'errors', 'dropped', 'traceFile', 'screenshot'])
  expect(figures).toMatchObject({ realms: 2, dropped: 0 })
  expect(Math.min(Number(figures['calls']), Number(figures['functions']), Number(figures['events']) - Number(figures['calls']))).toBeGreaterThan(50)
  expect(Number(figures['errors'])).toBeGreaterThanOrEqual(1)
  for (const file of ['traceFile', 'screenshot']) expect(statSync(String(figures[file])).size).toBeGreaterThan(10_000)
  expect(lines.join('\n')).toMatch(/\[page\] submit form[\s\S]*\[node\] POST [\s\S]*query\("/)
})

test('npm test runs tests and ends in their count', () => {
  expect(npm('test', '--', '--project', 'unit', 'packages/protocol/test/hlc.test.ts').at(-1)).toMatch(/^[1-9]\d* passed, 0 failed$/)
})
