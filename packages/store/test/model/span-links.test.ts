/** Spans of OpenTelemetry join realms: what carries a span's id has the span as its cause, whichever chunk comes first. */
import { describe, expect, test } from 'vitest'
import { TraceBuilder } from '@hindscope/testkit'
import type { TraceStore } from '../../src/model.ts'
import { storeOf } from '../export/export-traces.ts'

const TRACE = 'ab'.repeat(16)
const CLIENT = '1'.repeat(16)
const QUEUE = '2'.repeat(16)

/** A server that is asked by another one, and a worker that a queue brings a message of it; `first` is told first. */
function twoRealms(first: 'sender' | 'receiver'): TraceBuilder {
  const trace = new TraceBuilder()
  const [one, two] = [trace.realm('one'), trace.realm('two')]
  const [sender, receiver] = first === 'sender' ? [one, two] : [two, one]
  const caller = sender.at(1).enter('caller')
  const client = sender.at(2).activity('span', { name: 'GET', kind: 'client', traceId: TRACE, spanId: CLIENT }, { parent: caller })
  sender.at(3).activity('httpClient', { method: 'GET', url: 'http://x/' }, { parent: client })
  sender.at(4).activity('span', { name: 'send', kind: 'producer', traceId: TRACE, spanId: QUEUE }, { parent: caller })
  const request = receiver.at(5).activity('httpServer', { method: 'GET', url: '/', traceparent: `00-${TRACE}-${CLIENT}-01` })
  receiver.at(6).activity('span', { name: 'GET', kind: 'server', traceId: TRACE, spanId: '3'.repeat(16), parentSpanId: CLIENT }, { parent: request })
  receiver.at(7).activity('span', { name: 'process', kind: 'consumer', traceId: TRACE, spanId: '4'.repeat(16), parentSpanId: QUEUE })
  receiver.at(8).activity('span', { name: 'damaged', kind: 'consumer', traceId: 'x', spanId: '', parentSpanId: 'y' })
  return trace
}

describe.each(['sender', 'receiver'] as const)('the %s first', first => {
  test('requests and spans hang on the span whose id they carry', () => {
    const store: TraceStore = storeOf(twoRealms(first))
    const [sender, receiver] = first === 'sender' ? [0, 1] : [1, 0]
    const parentOf = (call: number): unknown => store.parentOf({ track: receiver, call })
    expect(parentOf(0)).toEqual({ track: sender, call: 1 })
    // It has its parent in its own realm.
    expect(parentOf(1)).toEqual({ track: receiver, call: 0 })
    expect(parentOf(2)).toEqual({ track: sender, call: 3 })
    expect(parentOf(3)).toBeUndefined()
    expect(store.rootOf({ track: receiver, call: 1 })).toEqual({ track: sender, call: 0 })
  })
})
