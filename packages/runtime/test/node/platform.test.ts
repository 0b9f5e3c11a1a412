import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { dumpEvents } from '@hindscope/testkit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createSandbox } from '../programs.ts'
import type { Sandbox } from '../programs.ts'

let box: Sandbox
beforeAll(async () => {
  box = await createSandbox()
})
beforeEach(() => rmSync(join(box.dir, '.hindscope'), { recursive: true, force: true }))
afterAll(() => box.remove())

const PRELUDE = `
import { start } from RUNTIME
const recorder = start({ name: 'program' })
`
const told = (): string[] => dumpEvents(box.files('traces')).split('\n').filter(line => /^metric|^lifecycle/.test(line)) // prettier-ignore

/** Keeps the loop busy, holds it up once, and makes garbage for longer than two looks are apart. */
const BUSY = `
let kept = []
const end = Date.now() + 2300
let turns = 0
const work = () => {
  // By then the loop is looked at.
  for (const until = Date.now() + (++turns === 20 ? 300 : 8); Date.now() < until;) kept.push(Array.from({ length: 100 }, (_, i) => ({ i })))
  if (kept.length > 20_000) kept = [1]
  if (Date.now() < end) setTimeout(work, 4)
  else process.exit(0)
}
work()
`

test('a busy process tells how busy, what memory, what collections, and who ended it', async () => {
  const outcome = await box.run(PRELUDE + BUSY)
  expect(outcome).toMatchObject({ code: 0, stderr: '' })
  const lines = told()
  const value = (name: string): number => Number(new RegExp(`\\{name: "${name}", value: ([\\d.]+)`).exec(lines.join('\n'))?.[1])
  expect(value('event loop')).toBeGreaterThan(20)
  expect(value('event loop delay')).toBeGreaterThan(100)
  expect(value('heap')).toBeGreaterThan(3)
  expect(value('memory')).toBeGreaterThan(value('heap'))
  expect(value('garbage collection')).toBeGreaterThan(0)
  expect(lines.at(-1)).toBe('lifecycle → {name: "process exit", code: 0}')
})

test('an idle process tells nothing and ends when it would; the exit code and what it is called stay', async () => {
  const program = `
    const names = ['exit', 'abort', 'kill', 'chdir'].map(key => [process[key].name, process[key].length, String(process[key]).includes('recorder')].join())
    const error = (() => { try { process.chdir('/nowhere/at/all') } catch (error) { return error.code } })()
    console.log(names.join(' '), error, Object.keys(process).join() === globalThis.keys)
    setTimeout(() => { process.exitCode = 4 }, 2300)`
  // Node gives the process another `chdir` with the first use of threads.
  const before = `import 'node:worker_threads'; globalThis.keys = Object.keys(process).join();`
  const outcome = await box.run(before + PRELUDE + program)
  const plain = await box.run(before + program.replace('2300', '1'), { HINDSCOPE: '0' })
  expect(outcome.stdout).toBe(plain.stdout)
  expect(outcome.code).toBe(4)
  // The start may have been busy.
  expect(told().filter(line => !line.startsWith('metric')).map(line => line.replace(/ #\d+/, ''))).toEqual(['lifecycle → {name: "process chdir", directory: "/nowhere/at/all"}']) // prettier-ignore
  expect(told().filter(line => line.includes('"event loop"')).length).toBeLessThan(3)
})

test('HINDSCOPE_PLATFORM=0 tells nothing of it', async () => {
  await box.run(`${PRELUDE}const end = Date.now() + 1300; const work = () => { for (const until = Date.now() + 20; Date.now() < until;); if (Date.now() < end) setTimeout(work); else process.exit(0) }; work()`, { HINDSCOPE_PLATFORM: '0' }) // prettier-ignore
  expect(told()).toEqual([])
})
