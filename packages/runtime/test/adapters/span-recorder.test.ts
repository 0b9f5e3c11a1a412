/** Queries and the spans that instrumentations make of them, with a real SDK, in this process. */
import { createRequire } from 'node:module'
import { afterEach, expect, test } from 'vitest'
import { QueryRecorder } from '../../src/adapters/query-recorder.ts'
import { closing, spansOf } from '../../src/adapters/span-recorder.ts'
import { probed } from '../probed.ts'

const require = createRequire(import.meta.url)
// SAFE: the part of the packages' types that is used here
const { trace, SpanKind } = require('@opentelemetry/api') as {
  trace: { setGlobalTracerProvider(provider: object): boolean; disable(): void; getTracer(name: string): Tracer }
  SpanKind: { CLIENT: number }
}
interface Tracer {
  startSpan(name: string, options?: object): { end(): void }
}
const { TracerProvider } = require('@opentelemetry/sdk-trace') as { TracerProvider: new () => object }

afterEach(() => trace.disable())

test('a span that is started for a query which has just begun is caused by it, others are not', async () => {
  const { recorder, enter, hook, dump, close } = probed(['asks'])
  const { access } = recorder
  trace.setGlobalTracerProvider(new TracerProvider())
  spansOf(access).look()
  const tracer = trace.getTracer('pg')
  const queries = new QueryRecorder(access, 'postgresql')
  const database = { kind: SpanKind.CLIENT, attributes: { 'db.system.name': 'postgresql' } }
  const frame = enter('asks')
  const open = queries.start({ statement: 'SELECT 1' }, queries.issuer())
  tracer.startSpan('GET', { kind: SpanKind.CLIENT }).end()
  tracer.startSpan('SELECT', database).end()
  tracer.startSpan('SELECT again', database).end()
  queries.end(open, {})
  queries.start({ statement: 'SELECT 2' }, queries.issuer())
  hook.v(frame)
  await Promise.resolve()
  tracer.startSpan('too late', database).end()
  const links = [...dump().matchAll(/^activity-start #\d+ (?:<(\d+) )?(query|span) → \{(?:system|name): "([^"]*)"/gm)].map(
    ([, link, type, name]) => `${type} ${name} <${link ?? 0}`,
  )
  expect(links).toEqual(['query postgresql <1', 'span GET <1', 'span SELECT <2', 'span SELECT again <1', 'query postgresql <1', 'span too late <0'])
  const { startSpan } = Object.getPrototypeOf(tracer) as Tracer
  closing(access)()
  expect((Object.getPrototypeOf(tracer) as Tracer).startSpan).not.toBe(startSpan)
  expect(recorder.stats().errors).toEqual({})
  close()
})
