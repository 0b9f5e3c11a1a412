/** Public face of the recorder. Importing it changes nothing; `createRecorder(...).install(globalThis)` does. */
export { createRecorder } from './install.ts'
export type { RecorderHandle, RecorderOptions } from './install.ts'
export { MemorySink } from './storage/memory-sink.ts'
export type { SealedChunk, Sink, SinkContext, SinkStats } from './storage/sink.ts'
export type { FailureCode, RecorderStats } from './recorder/counters.ts'
export { changesBetween, pathOf } from './adapters/state-diff.ts'
export type { ActivityId, Adapter, Detach, RecorderAccess } from './adapters/adapter.ts'
