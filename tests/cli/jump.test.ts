/** Stores of a running program from another terminal: what they held, what became of them, and one of them put to an earlier moment and back. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCli } from '@hindscope/cli'
import type { StateChangeRow, StoreMoment } from '@hindscope/protocol'
import { expect, test } from 'vitest'
import { folder, hindscope } from './command-line.ts'

const svelte = fileURLToPath(new URL('../../node_modules/svelte', import.meta.url))
const APP = `
import { existsSync } from 'node:fs'
import { writable } from 'svelte/store'
const cart = writable({ items: [], password: 'hunter2' })
cart.subscribe(({ items, password }) => console.log('cart:' + items.join() + ' ' + password.length))
function add(name) {
  cart.update(value => ({ ...value, items: [...value.items, name] }))
}
add('tea')
add('milk')
const timer = setInterval(() => {
  if (existsSync('login')) cart.update(value => ({ ...value, password: 'other' }))
  if (existsSync('stop')) clearInterval(timer)
}, 10)
console.log('running')
`

test('stores are listed, jump to an event and back, and refuse what was masked', async () => {
  using project = folder({ 'package.json': '{"type":"module"}', 'app.js': APP })
  mkdirSync(join(project.dir, 'node_modules'))
  symlinkSync(svelte, join(project.dir, 'node_modules/svelte'), 'junction')
  const hindscopeHere = async (...args: string[]): Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }> => {
    const [out, notes]: [string[], string[]] = [[], []]
    const exitCode = await runCli(args, {
      cwd: project.dir,
      env: {},
      isInteractive: false,
      print: text => void out.push(text),
      note: text => void notes.push(text),
      write: async piece => void out.push(String(piece)),
    })
    return { exitCode, stdout: out.join('\n'), stderr: notes.join('\n') }
  }
  const lines = async <T>(...args: string[]): Promise<T[]> => {
    const { stdout, stderr, exitCode } = await hindscopeHere(...args, '--json')
    expect([exitCode, stderr]).toEqual([0, ''])
    return stdout
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as T) // SAFE: `--json` prints one object a line
  }
  const drive = async (): Promise<void> => {
    let [store] = await lines<StoreMoment>('stores')
    for (const endMs = Date.now() + 20_000; store?.before !== 2 && Date.now() < endMs;) [store] = await lines<StoreMoment>('stores')
    expect(store).toMatchObject({ track: 0, store: 'writable', before: 2, after: 0 })
    const [tea] = await lines<StateChangeRow>('stores', '--store', 'writable', '--path', 'items')
    const event = `0.${tea?.ref.seq}`
    expect((await hindscopeHere('stores', '--at', event)).stdout).toMatch(
      /^0 writable \(svelte\) {2}1 change before, 1 after = \{items: \["tea"\], password: /,
    )
    expect((await hindscopeHere('jump', 'writable', event)).stdout).toBe(
      `writable has the state of ${event} now; hindscope jump writable --back undoes it.`,
    )
    expect(await lines('jump', 'writable', '--back')).toMatchObject([{ store: 'writable', back: true }])
    expect(await hindscopeHere('jump', 'writable', '--back')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('jump-not-allowed') as string,
    })
    expect(await hindscopeHere('jump', 'basket', event)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('writable (--track 0)') as string,
    })
    expect((await hindscopeHere('jump', 'writable')).exitCode).toBe(2)
    writeFileSync(join(project.dir, 'login'), '')
    for (const endMs = Date.now() + 20_000; (store?.before ?? 0) < 5 && Date.now() < endMs;) [store] = await lines<StoreMoment>('stores')
    const refused = await hindscopeHere('jump', 'writable', event)
    expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringMatching(/jump-incomplete.*password is masked/)])
  }
  let driven: Promise<void> = Promise.resolve()
  const run = hindscope(['run', '--once', '-o', 'app.hscope', '--', process.execPath, 'app.js'], {
    cwd: project.dir,
    when: { text: 'running', then: () => (driven = drive().finally(() => writeFileSync(join(project.dir, 'stop'), ''))) },
  })
  const { stdout } = await run
  await driven
  const shown = stdout.split('\n').filter(line => line.startsWith('cart:'))
  expect(shown.slice(0, 5)).toEqual(['cart: 7', 'cart:tea 7', 'cart:tea,milk 7', 'cart:tea 7', 'cart:tea,milk 7'])
  const ended = await hindscopeHere('stores', 'app.hscope', '--store', 'writable', '--path', 'items')
  expect(ended.stdout.match(/by jump by Hindscope/g)).toHaveLength(2)
})
