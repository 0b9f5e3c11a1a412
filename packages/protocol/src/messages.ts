// Generated from docs/messages by scripts/build-messages.mjs; do not edit.

export type MessageCode =
  | 'bytes-out-of-range'
  | 'chunk-checksum'
  | 'chunk-malformed'
  | 'chunk-truncated'
  | 'chunk-version'
  | 'config-bad-value'
  | 'config-unknown-key'
  | 'hlc-drift'
  | 'id-malformed'
  | 'id-out-of-range'
  | 'value-malformed'

export const MESSAGES: Readonly<Record<MessageCode, { readonly why: string; readonly fix: string }>> = {
  'bytes-out-of-range': {
    why: "Reading {need} bytes at offset {offset} runs past the end ({length} bytes).",
    fix: "The data is damaged or cut off; everything before and after the damage can still be opened.",
  },
  'chunk-checksum': {
    why: "The chunk at byte {offset} ({bytes} bytes) does not match its checksum.",
    fix: "The file was damaged after it was written; the other chunks are opened, this one is skipped.",
  },
  'chunk-malformed': {
    why: "The bytes at {offset} are not a chunk: {reason}.",
    fix: "Check that this is a Hindscope trace file and that it was copied in binary mode.",
  },
  'chunk-truncated': {
    why: "The chunk at byte {offset} is cut off: {have} of {need} bytes are there.",
    fix: "Usually a recording that was killed while writing; everything before the cut is opened.",
  },
  'chunk-version': {
    why: "The chunk at byte {offset} has schema version {version}; this Hindscope reads version {supported}.",
    fix: "Open the trace with the version of Hindscope that recorded it, or a newer one.",
  },
  'config-bad-value': {
    why: "Config key \"{key}\" in {origin} has the value {value}.",
    fix: "Allowed: {allowed}.",
  },
  'config-unknown-key': {
    why: "Unknown config key \"{key}\" in {origin}. Did you mean \"{nearest}\"?",
    fix: "Use one of: {known}.",
  },
  'hlc-drift': {
    why: "A peer's clock is {driftMs} ms ahead of this machine, more than the allowed {maxDriftMs} ms.",
    fix: "Synchronise the clocks of the machines (NTP); until then events of that peer are ordered by this machine's own clock.",
  },
  'id-malformed': {
    why: "{name} \"{value}\" is malformed; expected {expected}.",
    fix: "Check that the id was copied whole.",
  },
  'id-out-of-range': {
    why: "{name} {value} is not a 32-bit unsigned integer in range.",
    fix: "This is a bug in Hindscope or damaged input; please report it with the trace file.",
  },
  'value-malformed': {
    why: "A recorded value at offset {offset} cannot be read: {reason}.",
    fix: "The data is damaged; the other events of the trace are not affected.",
  },
}
