/** A small program recorded end to end, then asked about from its trace file and from its folder. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EventRow, SessionSummary } from '@hindscope/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { folder, hindscope } from './command-line.ts'
import type { CommandResult } from './command-line.ts'

const APP = `
class Cart {
  items = []
  add(name, price) {
    this.items.push({ name, price })
    return this.items.length
  }
}
async function checkout(cart) {
  await new Promise(resolve => setTimeout(resolve, 5))
  return cart.items.reduce((sum, item) => sum + item.price, 0)
}
function refuse(reason) {
  throw new RangeError(reason)
}
const cart = new Cart()
cart.add('umbrella', 12)
cart.add('raincoat', 30)
try {
  refuse('out of stock')
} catch (error) {
  console.error('refused:', error.message)
}
console.log('total', await checkout(cart))
process.exitCode = 3
`

const rowsOf = ({ stdout }: CommandResult): EventRow[] =>
  stdout
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as EventRow)

const project = folder({ 'package.json': '{"type":"module"}', 'app.js': APP })
const at = { cwd: project.dir }
let recorded: CommandResult

beforeAll(async () => {
  recorded = await hindscope(['run', '--once', '-o', 'app.hscope', '--', process.execPath, 'app.js'], at)
})
afterAll(() => project[Symbol.dispose]())

describe('run', () => {
  test('the program keeps its output and its exit code, our words go to standard error', () => {
    expect(recorded).toMatchObject({ exitCode: 3, stdout: 'total 42\n' })
    expect(recorded.stderr).toContain('refused: out of stock')
    expect(recorded.stderr).toMatch(/Hindscope UI: http:\/\/127\.0\.0\.1:\d+\//)
    expect(recorded.stderr).toMatch(/Hindscope trace file: .*app\.hscope/)
  })

  test('a signal that ends the program is the exit code of a shell', async () => {
    using idle = folder({ 'idle.mjs': "console.log('ready')\nsetInterval(() => {}, 1000)\n" })
    const { exitCode } = await hindscope(['run', '--once', '--', process.execPath, 'idle.mjs'], {
      cwd: idle.dir,
      when: { text: 'ready', then: pid => process.kill(pid, 'SIGTERM') },
    })
    expect(exitCode).toBe(143)
  })

  test('a command that does not exist is named', async () => {
    using empty = folder()
    const { exitCode, stderr } = await hindscope(['run', '--once', '--', 'no-such-command'], { cwd: empty.dir })
    expect(exitCode).toBe(1)
    expect(stderr).toContain('[hindscope:cli-command-failed-to-start] no-such-command cannot be started')
  })
})

describe('query', () => {
  test('calls come with arguments, results and places', async () => {
    const { exitCode, stdout } = await hindscope(['query', 'app.hscope', '--function', 'Cart.add'], at)
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/→ Cart\.add .*umbrella.* app\.js:4/)
    expect(stdout).toMatch(/→ Cart\.add .*raincoat.* app\.js:4/)
  })

  test('filters narrow, and their answers are the same rows as without them', async () => {
    const all = rowsOf(await hindscope(['query', 'app.hscope', '--json', '--all'], at))
    const times = all.map(row => row.timeUs)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    const cases: [string[], (row: EventRow) => boolean][] = [
      [['--kind', 'callEnter'], row => row.kind === 'callEnter'],
      [['--kind', 'callEnter', '--kind', 'callReturn'], row => row.kind === 'callEnter' || row.kind === 'callReturn'],
      [['--errors'], row => row.error],
      [['--function', 'CHECKOUT'], row => row.name.includes('checkout')],
    ]
    for (const [flags, wanted] of cases) {
      const rows = rowsOf(await hindscope(['query', 'app.hscope', '--json', '--all', ...flags], at))
      expect(rows.length).toBeGreaterThan(0)
      expect(rows.every(wanted)).toBe(true)
      for (const row of rows) expect(all).toContainEqual(row)
    }
  })

  test('the error is found, by errors and by text', async () => {
    const errors = await hindscope(['query', 'app.hscope', '--errors'], at)
    expect(errors.stdout).toContain('out of stock')
    const byText = rowsOf(await hindscope(['query', 'app.hscope', '--text', 'OUT OF STOCK', '--json'], at))
    expect(byText.map(row => row.kind)).toEqual(expect.arrayContaining(['throwStatement', 'console']))
  })

  test('pages put together are the whole', async () => {
    const all = rowsOf(await hindscope(['query', 'app.hscope', '--json', '--all'], at))
    const paged: EventRow[] = []
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const page = await hindscope(['query', 'app.hscope', '--json', '--limit', '7', ...(cursor === '' ? [] : ['--cursor', cursor])], at)
      paged.push(...rowsOf(page))
      cursor = /--cursor (\S+),/.exec(page.stderr)?.[1]
    }
    expect(paged).toEqual(all)
  })

  test('the folder holds the session too, and export writes it again', async () => {
    const fromFile = await hindscope(['query', 'app.hscope', '--json', '--all'], at)
    const fromFolder = await hindscope(['query', '--json', '--all'], at)
    expect(fromFolder.stdout).toBe(fromFile.stdout)
    const exported = await hindscope(['export', '-o', 'again.hscope', '--json'], at)
    expect(exported.exitCode).toBe(0)
    expect(JSON.parse(exported.stdout)).toMatchObject({ bytes: readFileSync(join(project.dir, 'again.hscope')).length })
    expect((await hindscope(['query', 'again.hscope', '--json', '--all'], at)).stdout).toBe(fromFile.stdout)
  })

  test('a wrong value names the option and what is allowed, as text and as JSON', async () => {
    const bad = await hindscope(['query', 'app.hscope', '--limit', '0'], at)
    expect(bad).toMatchObject({ exitCode: 2, stdout: '' })
    expect(bad.stderr).toMatch(/\[hindscope:cli-bad-option\] --limit does not accept "0"\. Allowed: a whole number from 1 to 1000/)
    const json = await hindscope(['query', 'app.hscope', '--kind', 'callEntr', '--json'], at)
    expect(json.exitCode).toBe(2)
    const { error } = JSON.parse(json.stderr) as { error: { code: string; message: string } }
    expect(error.code).toBe('cli-bad-option')
    expect(error.message).toContain('Did you mean "callEnter"?')
  })
})

describe('info', () => {
  const info = async (file: string): Promise<{ result: CommandResult; sessions: SessionSummary[]; damage: unknown[] }> => {
    const result = await hindscope(['info', file, '--json'], at)
    return { result, ...(JSON.parse(result.stdout) as { sessions: SessionSummary[]; damage: unknown[] }) }
  }

  test('a sound trace: sessions, tracks, counts, modules', async () => {
    const { result, sessions, damage } = await info('app.hscope')
    expect(result.exitCode).toBe(0)
    expect(damage).toEqual([])
    expect(sessions).toMatchObject([
      { dropped: 0, tracks: [{ realmKind: 'node', dropped: 0 }], sources: [{ path: expect.stringMatching(/app\.js$/) }] },
    ])
    expect(sessions[0]?.functions).toBeGreaterThanOrEqual(3)
    expect((await hindscope(['info', 'app.hscope'], at)).stdout).toContain('track 0: node')
  })

  test('a damaged trace: the damage is listed, the rest opens, the exit code says so', async () => {
    const bytes = readFileSync(join(project.dir, 'app.hscope'))
    writeFileSync(join(project.dir, 'cut.hscope'), bytes.subarray(0, bytes.length - 5))
    const padded = Buffer.concat([Buffer.from('not a chunk'), bytes])
    writeFileSync(join(project.dir, 'padded.hscope'), padded)
    const whole = await info('app.hscope')
    const afterPadding = await info('padded.hscope')
    expect(afterPadding.result.exitCode).toBe(1)
    expect(afterPadding.damage).toMatchObject([{ offset: 0, bytes: 11, code: 'chunk-malformed' }])
    expect(afterPadding.sessions[0]?.events).toBe(whole.sessions[0]?.events)
    const cut = await info('cut.hscope')
    expect(cut.result.exitCode).toBe(1)
    // What a sealed file ends with.
    expect(cut.damage).toMatchObject([{ code: 'block-truncated' }])
    expect((await hindscope(['info', 'cut.hscope'], at)).stdout).toContain('[hindscope:block-truncated]')
  })

  test('what is no trace at all, and what is not there', async () => {
    writeFileSync(join(project.dir, 'notes.txt'), 'These are notes.')
    const notes = await hindscope(['query', 'notes.txt'], at)
    expect(notes.exitCode).toBe(1)
    expect(notes.stderr).toContain('[hindscope:cli-not-a-trace] notes.txt')
    const missing = await hindscope(['info', 'missing.hscope'], at)
    expect(missing.exitCode).toBe(1)
    expect(missing.stderr).toContain('[hindscope:trace-unreadable]')
  })
})

test('open serves the trace until it is stopped', async () => {
  const ids: Promise<unknown>[] = []
  const { exitCode, stdout } = await hindscope(['open', 'app.hscope', '--json'], {
    ...at,
    when: {
      text: 'Serving until',
      then: (pid, output) => {
        const { url } = JSON.parse(output.split('\n')[0] ?? '') as { url: string }
        const page = fetch(url).then(response => response.text())
        ids.push(page.finally(() => process.kill(pid, 'SIGTERM')))
      },
    },
  })
  expect(exitCode).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ files: ['app.hscope'], url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+/) })
  expect(await ids[0]).toMatch(/<html/i)
})

test('tail prints what is recorded now', async () => {
  using live = folder({
    'package.json': '{"type":"module"}',
    'ticker.js': "let n = 0\nfunction tick() {\n  return n++\n}\nconsole.log('ticking')\nsetInterval(tick, 20)\n",
  })
  let tailed: Promise<CommandResult> | undefined
  const running = hindscope(['run', '--once', '--', process.execPath, 'ticker.js'], {
    cwd: live.dir,
    when: {
      text: 'ticking',
      then: pid => {
        tailed = hindscope(['tail', '--function', 'tick', '--max', '4', '--json'], { cwd: live.dir }).finally(() => process.kill(pid, 'SIGTERM'))
      },
    },
  })
  expect((await running).exitCode).toBe(143)
  const result = await tailed
  expect(result?.exitCode).toBe(0)
  expect(rowsOf(result as CommandResult).map(row => row.name)).toEqual(['tick', 'tick', 'tick', 'tick'])
})
