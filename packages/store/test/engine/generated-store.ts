import { decodeChunk } from '@hindscope/protocol'
import { generateTrace } from '@hindscope/testkit'
import type { GeneratedTraceOptions } from '@hindscope/testkit'
import { createTraceModel } from '../../src/model/trace-library.ts'
import type { TraceStore } from '../../src/model/trace-store.ts'

/** A generated session in memory. */
export function generatedStore(options: GeneratedTraceOptions): TraceStore {
  const [store] = createTraceModel([...generateTrace(options)].map(bytes => decodeChunk(bytes))).stores
  return store as TraceStore
}
