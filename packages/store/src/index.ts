/** `@hindscope/store`: durable sessions and trace files on Node. The model and the query engine are in `@hindscope/store/model`. */
export { importFile, storeImport, writeImports } from './node/import-file.ts'
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
export { readNotes, writeNotes } from './node/notes-file.ts'
export { environmentHere, exportTrace, readTraceFile, readTraceFiles, writePieces } from './node/trace-file.ts'
export type { TraceFile, TraceFiles } from './node/trace-file.ts'
export { archiveSession, coldFolder, isAddress } from './tiers/cold-tier.ts'
export type { Archived } from './tiers/cold-tier.ts'
export { writeParquet } from './tiers/parquet-files.ts'
export type { WrittenFile } from './tiers/parquet-files.ts'
export type { SearchAllAnswer, SearchAllQuery, SessionRow, SqlAnswer, SqlCell, SqlQuery, Tier, TierReport } from './tiers/sql-answer.ts'
export { sessionsOf } from './tiers/tier-sessions.ts'
export type { TierSessions } from './tiers/tier-sessions.ts'
export { Tiers } from './tiers/tiers.ts'
export type { TierOptions } from './tiers/tiers.ts'
export { VIEWS, VIEW_NAMES } from './tiers/view-schema.ts'
export type { ViewColumn, ViewName } from './tiers/view-schema.ts'
export type { SyncReport } from './tiers/warm-tier.ts'
export { maintain } from './node/maintenance.ts'
export type { Maintained } from './node/maintenance.ts'
export { compactSession } from './node/compact-session.ts'
export type { Compaction } from './node/compact-session.ts'
export { pruneSessions } from './node/prune-session.ts'
export type { PruneOptions, Pruning } from './node/prune-session.ts'
export { rebuildSession } from './node/rebuild-session.ts'
export { sessionStats } from './node/session-stats.ts'
export type { SegmentStats, SessionStats, TimeRange } from './node/session-stats.ts'
export { verifySession } from './node/verify-session.ts'
export type { FileDamage, Verification } from './node/verify-session.ts'
export type { RetentionReason, RetentionStep } from './segment/plan-retention.ts'
