/** Trace files for tests: what `hindscope export` writes, without a disk. */
import { createTraceModel, exportChunks, sealChunks } from '@hindscope/store/model'
import type { TraceBuilder } from '@hindscope/testkit'

export function bytesOf(...traces: readonly TraceBuilder[]): Uint8Array<ArrayBuffer> {
  const pieces = traces.flatMap(trace => createTraceModel(trace.chunks()).stores.flatMap(store => [...sealChunks(exportChunks(store))]))
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}

/** Not sealed: a chunk after the other, as a recorder that is killed leaves them. */
export const chunkBytesOf = (trace: TraceBuilder): Uint8Array<ArrayBuffer> => {
  const chunks = createTraceModel(trace.chunks()).stores.flatMap(store => [...exportChunks(store)])
  return new Uint8Array(Buffer.concat(chunks))
}

export const fileOf = (name: string, ...parts: readonly (Uint8Array<ArrayBuffer> | string)[]): File => new File([...parts], name)
