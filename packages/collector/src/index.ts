/** `@hindscope/collector`: ingest, sessions, live stream, query API and UI on loopback. */
export { serveTraceFile } from './serve-trace-file.ts'
export type { TraceFileOptions, TraceFileServer } from './serve-trace-file.ts'
export { startCollector } from './start-collector.ts'
export type { Collector, CollectorOptions } from './start-collector.ts'
export type { Health, RealmHealth } from './health.ts'
export type { IngestStats } from './ingest.ts'
