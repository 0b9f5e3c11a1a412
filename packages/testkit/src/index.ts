/** What Hindscope's own tests share. */
export * from './memory-sink.ts'
export * from './trace-dump.ts'
export * from './trace-builder.ts'
export * from './trace-probes.ts'
export { GeneratedTrace, describeTrace, generateTrace } from './trace-generator.ts'
export type { GeneratedTraceOptions, RequestRoot, TraceDescription } from './trace-generator.ts'
export * from './sample-suite.ts'
export { describeValue } from './sample-run.ts'
