/** The wire contract: every byte and name that crosses a boundary. Imports nothing. */
export * from './ids.ts'
export * from './hlc.ts'
export * from './events.ts'
export * from './record-layout.ts'
export {
  MAX_OP_WORDS,
  MAX_TAPE_ARGUMENT,
  TAPE_ARGUMENT_SHIFT,
  TAPE_OP_MASK,
  TAPE_OP_WORDS,
  TapeOp,
  expandTape,
  recordWord,
  tapeWord,
  valueWord,
} from './tape.ts'
export type { TapeProblem } from './tape.ts'
export * from './tape-writer.ts'
export { copyOf, partOf, setBytes } from './captured.ts'
export * from './byte-io.ts'
export * from './value-codec.ts'
export * from './value-ids.ts'
export * from './crc32.ts'
export * from './chunk.ts'
export * from './definitions.ts'
export * from './incidents.ts'
export * from './file-definitions.ts'
export * from './recording-notes.ts'
export * from './annotations.ts'
export * from './absence.ts'
export * from './host-health.ts'
export * from './performance.ts'
export * from './run-diff.ts'
export * from './trace-sizes.ts'
export * from './probe-manifest.ts'
export * from './probe-identity.ts'
export * from './manifest-pack.ts'
export * from './plan.ts'
export * from './redaction.ts'
export * from './probe-abi.ts'
export * from './libraries.ts'
export * from './spans.ts'
export * from './query.ts'
export * from './aggregates.ts'
export * from './search.ts'
export * from './replay.ts'
export * from './trace-engine.ts'
export * from './query-language/ast.ts'
export { q, where } from './query-language/builder.ts'
export type { DurationText, FieldBuilder, QueryBuilder, TimeText } from './query-language/builder.ts'
export { fieldKey, termKey, typeOf } from './query-language/fields.ts'
export type { FieldType } from './query-language/fields.ts'
export { parseQuery } from './query-language/parser.ts'
export { formatAggregate, formatField, formatQuery } from './query-language/printer.ts'
export { isQuerySyntaxError } from './query-language/syntax-error.ts'
export type { QueryFault, QuerySyntaxError } from './query-language/syntax-error.ts'
export * from './subscription.ts'
export { FIRST_EVENTS, isOutcome, parseStreamQuery } from './subscription-query.ts'
export * from './transport.ts'
export * from './control.ts'
export * from './retention.ts'
export * from './config.ts'
export * from './diagnostics.ts'
