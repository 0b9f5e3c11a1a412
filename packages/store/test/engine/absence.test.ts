import { TraceBuilder, functionProbe, manifestOf, stepProbe } from '@hindscope/testkit'
import { expect, it } from 'vitest'
import { engineOf } from '../shop-trace.ts'

const manifest = manifestOf('ab'.repeat(8), 'src/cart/total.ts', [
  functionProbe('total', { line: 1, endLine: 9, level: 'statements' }),
  functionProbe('unused', { line: 11, endLine: 13 }),
  functionProbe('quiet', { line: 15, endLine: 18 }),
  stepProbe(2, { parent: 0 }),
  stepProbe(4, { parent: 0 }),
])
const trace = new TraceBuilder()
const page = trace.realm('page').module(manifest)
const call = page.at(5).enter('total')
page
  .at(6)
  .event({ kind: 'step', site: page.site('total') + 3, call })
  .returns(call, 'total')
page.at(9).returns(page.enter('quiet'), 'quiet')
const why = (file: string, line?: number) => engineOf(trace).absence({ session: trace.session, file, ...(line === undefined ? {} : { line }) })

it('says why there is nothing, the likeliest reason first, and where something is', async () => {
  expect(await why('total.ts', 2)).toMatchObject({
    file: 'src/cart/total.ts',
    function: 'total',
    executions: 1,
    ref: { track: 0, seq: 1 },
    reasons: [],
  })
  const codes = async (file: string, line?: number): Promise<readonly string[]> => (await why(file, line)).reasons.map(({ code }) => code)
  expect(await codes('/srv/app/src/cart/total.ts', 4)).toEqual(['absence-unreached'])
  expect(await codes('total.ts', 3)).toEqual(['absence-no-statement'])
  expect(await codes('total.ts', 12)).toEqual(['absence-not-called'])
  expect(await codes('total.ts', 16)).toEqual(['absence-built'])
  expect(await codes('total.ts', 40)).toEqual(['absence-outside'])
  expect(await codes('src/other.ts')).toEqual(['absence-file'])
  expect(await codes('node_modules/x/index.js', 1)).toEqual(['absence-dependency', 'absence-file'])
  expect(await why('total.ts')).toMatchObject({ executions: 2, reasons: [] })
  await expect(why('')).rejects.toMatchObject({ code: 'query-bad' })
})
