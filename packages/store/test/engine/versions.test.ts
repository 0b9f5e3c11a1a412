/** A file that was edited while the program ran: what stayed the same is one function, what changed is two. */
import { expect, test } from 'vitest'
import { TraceBuilder, functionProbe, manifestOf } from '@hindscope/testkit'
import { engineOf } from '../shop-trace.ts'

const BEFORE = 'function kept() {\n}\nfunction changed() {\n}\n'
const AFTER = '// edited\nfunction kept() {\n}\nfunction changed() { now()\n}\n'
const probes = (line: number): ReturnType<typeof functionProbe>[] => [
  functionProbe('kept', { line, endLine: line + 1 }),
  functionProbe('changed', { line: line + 2, endLine: line + 3 }),
]

const trace = new TraceBuilder()
const realm = trace.realm('page')
for (const [key, line, text] of [
  ['0a', 1, BEFORE],
  ['0b', 2, AFTER],
] as const) {
  realm.module(manifestOf(key.repeat(8), 'src/a.js', probes(line), text))
  for (const name of ['kept', 'changed', 'changed']) realm.returns(realm.enter(name), name)
}
const { session } = trace
const engine = engineOf(trace)

test('the file counts each function once, the present text all calls of what it kept', async () => {
  expect(await engine.sources({ session })).toEqual([{ path: 'src/a.js', calls: 6, functions: 3, errors: 0 }])
  const { content, functions, hits } = await engine.source({ session, path: 'src/a.js' })
  expect(content).toBe(AFTER)
  expect(functions.map(({ name, range, calls }) => [name, range[0], calls])).toEqual([
    ['kept', 2, 2],
    ['changed', 4, 2],
  ])
  expect(hits.map(({ line, count }) => [line, count])).toEqual([
    [2, 2],
    [4, 2],
  ])
})

test('the list of functions tells the old code from the new', async () => {
  const rows = await engine.functions({ session })
  expect(rows.map(({ name, calls }) => `${name} ${calls}`).sort()).toEqual(['changed 2', 'changed 2', 'kept 2'])
})
