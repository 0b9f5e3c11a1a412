/** `hindscope query --where` as a process, over a trace file and over HTTP. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { COLLECTOR_ENV } from '@hindscope/protocol'
import { serveTraceFile } from '@hindscope/collector'
import type { TraceFileServer } from '@hindscope/collector'
import { TraceBuilder, functionProbe, manifestOf } from '@hindscope/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { folder, hindscope } from './command-line.ts'
import type { CommandResult } from './command-line.ts'

function cartTrace(): TraceBuilder {
  const trace = new TraceBuilder()
  const page = trace
    .realm('page')
    .module(manifestOf('ab'.repeat(8), 'src/cart.ts', [functionProbe('Cart.add', { params: ['item'] }), functionProbe('tax')]))
  for (let i = 0; i < 120; i++) {
    const call = page.at(i * 200).enter('Cart.add', [{ id: i, name: i % 2 === 0 ? 'tea' : 'pot\u001b[2J' }])
    page.at(i * 200 + i).returns(call, 'Cart.add', i * 2)
  }
  const call = page.at(30_000).enter('tax', [1])
  page.at(35_000).returns(call, 'tax', 1)
  return trace
}

const project = folder()
let server: TraceFileServer
/** The same answers, whoever gives them. */
const sources: Record<string, (args: readonly string[]) => Promise<CommandResult>> = {
  'a trace file': args => hindscope(['query', 'cart.hscope', ...args], { cwd: project.dir }),
  'a server': args =>
    hindscope(['query', ...args], {
      cwd: project.dir,
      env: { [COLLECTOR_ENV.url]: new URL(server.url).origin, [COLLECTOR_ENV.token]: server.token },
    }),
}

beforeAll(async () => {
  const file = join(project.dir, 'cart.hscope')
  writeFileSync(file, cartTrace().bytes())
  server = await serveTraceFile(file)
})
afterAll(async () => {
  await server.close()
  project[Symbol.dispose]()
})

describe.each(Object.keys(sources))('from %s', source => {
  const query = (...args: readonly string[]): Promise<CommandResult> => (sources[source] as NonNullable<(typeof sources)[string]>)(args)

  test('events are the lines that query prints', async () => {
    const { exitCode, stdout } = await query('--where', 'args.item.id in (7, 8) and kind = callEnter order by duration desc')
    expect(exitCode).toBe(0)
    expect(stdout.split('\n').map(line => line.slice(17))).toEqual([
      '0.16     → Cart.add ({id: 8, name: "tea"})  8 µs  src/cart.ts:1',
      expect.stringMatching(/^0\.14 {5}→ Cart\.add \(\{id: 7, name: "pot.*"\}\) {2}7 µs {2}src\/cart\.ts:1$/),
      '',
    ])
  })

  test('groups are an aligned table, or JSON', async () => {
    const text = 'kind = callEnter select count(), p95(duration), max(args.item.id) group by function order by count()'
    expect((await query('--where', text)).stdout).toBe(
      [
        'function  count()  p95(duration)  max(args.item.id)',
        'tax             1        5.00 ms                  -',
        'Cart.add      120         113 µs                119',
        '',
      ].join('\n'),
    )
    expect(
      (await query('--where', text, '--json')).stdout
        .trim()
        .split('\n')
        .map(line => JSON.parse(line) as object),
    ).toEqual([
      { function: 'tax', 'count()': 1, 'p95(duration)': 5000, 'max(args.item.id)': null },
      { function: 'Cart.add', 'count()': 120, 'p95(duration)': 113, 'max(args.item.id)': 119 },
    ])
  })

  test('recorded text cannot steer the terminal', async () => {
    const { stdout } = await query('--where', 'kind = callEnter select count() group by args.item.name')
    expect(stdout).toContain('pot [2J')
    expect(stdout).not.toContain('\u001b')
  })

  test('a page, the next one, all of them, and as many as the text wants', async () => {
    const lines = ({ stdout }: CommandResult): string[] => stdout.split('\n').filter(line => line !== '')
    const first = await query('--where', 'kind = callReturn', '--limit', '50', '--json')
    expect(lines(first)).toHaveLength(50)
    const [, cursor = ''] = /--cursor (\S+), or --all/.exec(first.stderr) ?? []
    const second = await query('--where', 'kind = callReturn', '--limit', '50', '--json', '--cursor', cursor)
    const all = await query('--where', 'kind = callReturn', '--limit', '50', '--json', '--all')
    expect(lines(all)).toHaveLength(121)
    expect(lines(all).slice(0, 100)).toEqual([...lines(first), ...lines(second)])
    expect(lines(await query('--where', 'kind = callReturn limit 110', '--limit', '50', '--json'))).toHaveLength(110)
    expect(await query('--where', 'kind = mark')).toMatchObject({ exitCode: 0, stdout: '', stderr: 'No event matches.\n' })
  })

  test('--explain says what it took', async () => {
    const { stdout, stderr } = await query('--where', 'function="tax" and kind=callEnter', '--explain')
    expect(stdout.split('\n')).toHaveLength(2)
    // Calls of a function are looked up, not looked for among the 242 events.
    expect(stderr).toMatch(/^understood as: function = "tax" and kind = callEnter\n\d events looked at, 0 decoded, 1 matched\n {2}parse +\d/)
    const asJson = await query('--where', 'function="tax" and kind=callEnter', '--explain', '--json')
    expect(JSON.parse(asJson.stderr)).toMatchObject({ explain: { rows: expect.any(Number), matched: 1 } })
  })
})

describe('wrong usage', () => {
  const query = (...args: readonly string[]): Promise<CommandResult> => hindscope(['query', 'cart.hscope', ...args], { cwd: project.dir })

  test('a text that cannot be read is exit code 2, with a caret under the fault', async () => {
    const { exitCode, stdout, stderr } = await query('--where', 'knd = callEnter')
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^\[hindscope:query-syntax\] The query has "knd" where .* Did you mean kind\?.*\n {2}knd = callEnter\n {2}\^\^\^\n$/)
    const asJson = await query('--where', 'kind = callEnter and', '--json')
    expect(asJson.exitCode).toBe(2)
    expect(JSON.parse(asJson.stderr)).toMatchObject({ error: { code: 'query-syntax', details: { offset: 20, length: 0, found: 'the end' } } })
  })

  test.each([['--function', 'x'], ['--order', 'desc'], ['--errors']])('%s beside --where', async (...option) => {
    expect(await query('--where', 'error', ...option)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('docs/query-language.md') })
  })

  test('--explain without --where', async () => {
    expect((await query('--explain')).exitCode).toBe(2)
  })
})

test('over HTTP a fault names its place', async () => {
  const url = new URL(server.url)
  const [session] = await server.engine.sessions()
  const ask = (query: unknown): Promise<Response> =>
    fetch(`${url.origin}/api/search?token=${server.token}`, { method: 'POST', body: JSON.stringify({ session: session?.session, query }) })
  const answer = await ask('kind = cllEnter')
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ error: { code: 'query-syntax', details: { offset: 7, length: 8, suggestion: 'callEnter' } } })
  expect(await (await ask(7)).json()).toMatchObject({ error: { code: 'query-bad' } })
})
