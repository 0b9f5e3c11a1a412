import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TraceBuilder, functionProbe, manifestOf, writeProbe } from '@hindscope/testkit'
import { afterAll, describe, expect, test } from 'vitest'
import { runCli } from '../src/program.ts'
import type { Terminal } from '../src/terminal.ts'

const dir = mkdtempSync(join(tmpdir(), 'hindscope-replay-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const trace = new TraceBuilder()
const page = trace
  .realm('page')
  .module(
    manifestOf('ab'.repeat(8), 'src/cart.js', [functionProbe('add', { line: 3, params: ['item'] }), writeProbe('total', 4, 0, 0)], undefined, [
      { name: 'total', kind: 'lexical', parent: -1 },
    ]),
  )
const add = page
  .at(1)
  .enter('add', [{ name: 'tea', price: 3, tags: ['a very long tag that does not fit on one line', 'and another one of the same kind'] }])
page.at(2).writes(add, 'total', 3)
page
  .at(3)
  .event({ kind: 'stateSnapshot', call: add, values: [['cart', { items: 1 }]] })
  .returns(add, 'add')
writeFileSync(join(dir, 'cart.hscope'), trace.bytes())

async function run(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly out: readonly string[]; readonly notes: readonly string[] }> {
  const [out, notes]: [string[], string[]] = [[], []]
  const terminal: Terminal = {
    cwd: dir,
    env: {},
    isInteractive: false,
    print: text => void out.push(text),
    note: text => void notes.push(text),
    write: async piece => void out.push(String(piece)),
  }
  return { code: await runCli([...args, '--trace', 'cart.hscope'], terminal), out, notes }
}

describe('state', () => {
  test('is frames with variables, stores and modules', async () => {
    const { code, out } = await run('state', '0.2')
    expect(code).toBe(0)
    expect(out).toEqual([
      '#0 add  src/cart.js:3  at 0.2',
      '    this: not recorded',
      expect.stringMatching(/^ {4}item = \{name: "tea", price: 3, tags: \[.*\]\} {2}0\.0$/),
      '    total = 3  0.1',
      '    module src/cart.js',
      '      total = 3  0.1',
      'store cart = {items: 1}  0.2',
      'module src/cart.js  00000000  since 0.0',
    ])
  })

  test('is JSON where it is asked for', async () => {
    const { out } = await run('state', '0.2', '--json')
    expect(JSON.parse(out.join(''))).toMatchObject({ frames: [{ node: { name: 'add' } }], completeness: { kind: 'complete' } })
  })
})

describe('eval', () => {
  test('prints the value, and where it is from beside it', async () => {
    expect(await run('eval', '0.1', 'item.price * total')).toEqual({ code: 0, out: ['9'], notes: ['From 0.0, 0.1'] })
    expect((await run('eval', '0.1', 'item')).out).toEqual([
      '{',
      '  name: "tea"',
      '  price: 3',
      '  tags: [',
      '    0: "a very long tag that does not fit on one line"',
      '    1: "and another one of the same kind"',
      '  ]',
      '}',
    ])
  })

  test('says what is missing, and what cannot be read', async () => {
    expect(await run('eval', '0.0', 'total')).toEqual({ code: 1, out: [], notes: ['Missing: total: no event up to this one tells its value'] })
    expect(await run('eval', '0.0', 'total +')).toMatchObject({ code: 2, notes: [expect.stringContaining('line 1, column 7')] })
    expect(await run('eval', 'nonsense', '1')).toMatchObject({ code: 2, notes: [expect.stringContaining('0.42')] })
    expect(await run('eval', '0.0', '1', '--frame', '9')).toMatchObject({ code: 1, notes: [expect.stringContaining('query-bad')] })
  })
})
