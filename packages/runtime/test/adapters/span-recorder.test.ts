/** The parts of an SDK that pages have, SDKs that register late, and queries that spans tell of: with the real packages, in this process. */
import { createRequire } from 'node:module'
import { afterEach, expect, test } from 'vitest'
import { QueryRecorder } from '../../src/adapters/query-recorder.ts'
import { closing, spansOf } from '../../src/adapters/span-recorder.ts'
import { probed } from '../probed.ts'

const require = createRequire(import.meta.url)
// SAFE: the part of the packages' types that is used here
const { context, trace, SpanKind } = require('@opentelemetry/api') as {
  context: { setGlobalContextManager(manager: object): boolean; disable(): void; with<T>(active: object, callback: () => T): T; active(): object }
  trace: {
    setGlobalTracerProvider(provider: object): boolean
    disable(): void
    getTracer(name: string): Tracer
    setSpan(active: object, span: Span): object
  }
  SpanKind: { CLIENT: number }
}
interface Span {
  end(): void
}
interface Tracer {
  startSpan(name: string, options?: object): Span
  startActiveSpan<T>(name: string, callback: (span: Span) => T): T
}
const { StackContextManager, TracerProvider } = require('@opentelemetry/sdk-trace') as {
  StackContextManager: new () => { enable(): object }
  TracerProvider: new () => object
}

/** Types, names and causes of activities and calls. */
const linesOf = (dump: string): string[] =>
  [
    ...dump.matchAll(
      /^(?:activity-start #(\d+) (?:[<≪](\d+) )?(query|span) → \{(?:system|name): "([^"]*)"|call-enter #(\d+) (?:[<≪](\d+) )?(\w+))/gm,
    ),
  ].map(([, id, link, type, name, call, cause, callee]) =>
    id === undefined ? `${call} ${callee} <${cause ?? 0}` : `${id} ${type} ${name} <${link ?? 0}`,
  )

afterEach(() => {
  trace.disable()
  context.disable()
})

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
  expect(linesOf(dump())).toEqual([
    '1 asks <0',
    '2 query postgresql <1',
    '3 span GET <1',
    '4 span SELECT <2',
    '5 span SELECT again <1',
    '6 query postgresql <1',
    '7 span too late <0',
  ])
  const { startSpan } = Object.getPrototypeOf(tracer) as Tracer
  closing(access)()
  expect((Object.getPrototypeOf(tracer) as Tracer).startSpan).not.toBe(startSpan)
  expect(recorder.stats().errors).toEqual({})
  close()
})

test('an SDK that registers when it is started, with a stack of contexts as pages have', () => {
  const { recorder, call, hook, dump, close } = probed(['f'])
  const spans = spansOf(recorder.access)
  class Sdk {
    start(...parts: unknown[]): number {
      context.setGlobalContextManager(new StackContextManager().enable())
      trace.setGlobalTracerProvider(new TracerProvider())
      return parts.length
    }
    shutdown(): void {}
  }
  const { start } = Sdk.prototype
  const f = (): void => hook.v(call('f'))
  expect([spans.watchSdk(new Sdk()), spans.watchSdk({ start() {} }), spans.isPresent]).toEqual([true, false, false])
  expect([Sdk.prototype.start.name, Sdk.prototype.start.length, new Sdk().start(1, 2), spans.isPresent]).toEqual(['start', 0, 2, true])
  const tracer = trace.getTracer('page')
  const span = tracer.startActiveSpan('outer', outer => {
    f()
    tracer.startSpan('inner').end()
    return outer
  })
  f()
  context.with(trace.setSpan(context.active(), span), f)
  span.end()
  expect(linesOf(dump())).toEqual(['1 span outer <0', '2 f <1', '3 span inner <1', '4 f <0', '5 f <1'])
  closing(recorder.access)()
  expect(Sdk.prototype.start).toBe(start)
  expect(recorder.stats().errors).toEqual({})
  close()
})
