/** `@hindscope/store`: durable sessions and trace files on Node. The model and the query engine are in `@hindscope/store/model`. */
export { ManifestDirectory, fillManifests } from './node/manifest-directory.ts'
export {
  listSessions,
  manifestsFolder,
  openSession,
  readLevelRules,
  readRecord,
  readSession,
  segmentBytes,
  segmentsFolder,
  writeLevelRules,
  writeRecord,
} from './node/session-folder.ts'
export type { OpenSession, SessionRecord } from './node/session-folder.ts'
export { SEGMENT_BYTES, SessionWriter } from './node/session-writer.ts'
export type { SegmentEnd } from './node/session-writer.ts'
export { exportTrace, readTraceFile, readTraceFiles, writePieces } from './node/trace-file.ts'
export type { TraceFile, TraceFiles } from './node/trace-file.ts'
