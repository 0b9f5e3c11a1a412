/**
 * The event catalogue: everything that a recorder can say, each with its number on the wire. The original system's catalogue
 * mapped to JavaScript; docs/protocol.md says which original event each one stands for. Numbers are never reused.
 *
 * Columns of a record (record-layout.ts) mean different things per kind; the table below says what.
 *
 * | kind            | site            | call          | link                        | extra        | value                          |
 * |-----------------|-----------------|---------------|-----------------------------|--------------|--------------------------------|
 * | call-enter      | probe           | new call      | parent call or 0            | args written | arguments, in manifest order   |
 * | call-return     | probe           | call          | 0                           | 0            | result                         |
 * | call-throw      | probe           | call          | 0                           | 0            | error that left the call       |
 * | call-unwind     | probe           | call          | 0                           | 0            | none: ended, error not seen    |
 * | suspend-await   | probe           | call          | 0                           | 0            | none                           |
 * | resume-await    | probe           | call          | 0                           | 0            | awaited value                  |
 * | suspend-yield   | probe           | call          | 0                           | 0            | yielded value                  |
 * | resume-yield    | probe           | call          | call that resumed it or 0   | 0            | sent value                     |
 * | throw-statement | probe           | call          | 0                           | 0            | thrown value                   |
 * | catch           | probe or 0      | call or 0     | 0                           | 0            | caught value                   |
 * | step            | step or case    | call          | 0                           | 0            | none                           |
 * | branch          | branch probe    | call          | 0                           | BranchBit    | none                           |
 * | iteration       | iteration probe | call          | iteration, from 0           | 0            | none                           |
 * | locals          | locals probe    | call          | 0                           | locals       | values, in manifest order      |
 * | expression      | expression probe | call         | 0                           | 0            | value of the expression        |
 * | write           | write probe     | call          | 0                           | 0            | value written to the binding   |
 * | property-write  | property-write probe | call     | 0                           | 0            | object (identity), key, value  |
 * | state-change    | 0               | call          | activity or 0               | 0            | [store, path, before, after]; without after: removed |
 * | state-snapshot  | 0               | call          | activity or 0               | 0            | [store, state]                 |
 * | console         | 0               | call          | 0                           | ConsoleLevel | array of the arguments         |
 * | uncaught-error  | 0               | call          | 0                           | 0            | error                          |
 * | unhandled-rejection | 0           | call          | 0                           | 0            | reason                         |
 * | activity-start  | 0               | new call id   | parent call or 0            | ActivityType | object with the fields of type |
 * | activity-end    | 0               | activity      | 0                           | ActivityType | object with result fields      |
 * | message-send    | 0               | call          | 0                           | 0            | {channel, number, message}     |
 * | message-receive | 0               | call          | 0                           | 0            | {channel, message, queueMs}    |
 * | realm-start     | 0               | 0             | 0                           | RealmKind    | {url or argv, versions}        |
 * | realm-end       | 0               | 0             | 0                           | EndReason    | {code or reason}               |
 * | lifecycle       | 0               | call          | 0                           | 0            | {name: pagehide, visible, …}   |
 * | metric          | probe or 0      | call          | 0                           | 0            | {name, value, unit}            |
 * | level-change    | first probe     | 0             | further probes behind it    | new level    | {by, reason?}: LevelAuthor     |
 * | trace-control   | 0               | 0             | 0                           | 0            | {operation, reason}            |
 * | mark            | 0               | call          | 0                           | 0            | {label, value}                 |
 *
 * `link` of a call whose parent is not its synchronous caller carries the flag `asyncParent`. Drops are not records: a record that
 * could say "dropped" could be dropped itself, so the header of the next chunk counts them.
 */
export const EventKind = {
  callEnter: 1,
  callReturn: 2,
  callThrow: 3,
  callUnwind: 4,
  suspendAwait: 5,
  resumeAwait: 6,
  suspendYield: 7,
  resumeYield: 8,
  throwStatement: 9,
  catch: 10,
  step: 11,
  branch: 12,
  iteration: 13,
  locals: 14,
  expression: 15,
  write: 16,
  stateChange: 17,
  stateSnapshot: 18,
  propertyWrite: 19,
  console: 32,
  uncaughtError: 33,
  unhandledRejection: 34,
  activityStart: 40,
  activityEnd: 41,
  messageSend: 42,
  messageReceive: 43,
  realmStart: 48,
  realmEnd: 49,
  lifecycle: 50,
  metric: 51,
  levelChange: 64,
  traceControl: 65,
  mark: 66,
} as const
export type EventKindName = keyof typeof EventKind
export type EventKind = (typeof EventKind)[EventKindName]

/** What an activity is: work with a start and an end that is not a call of the user's own code. */
export const ActivityType = {
  /** DOM event dispatched to a listener: {type, target}. */
  domEvent: 1,
  /** Outgoing request: {method, url, spanId}; end {status, error?}. */
  httpClient: 2,
  /** Incoming request: {method, url, traceparent?, baggage?}; end {status, error?}. */
  httpServer: 3,
  /** Timer callback: {delayMs, kind}. */
  timer: 4,
  /** Promise reaction: {}. */
  promiseReaction: 5,
  /** Anything an application names itself: {name, …}. */
  custom: 6,
  /**
   * Message received from another realm: {channel, number}, as the sender's message-send event has them. One that a broker or a connection carries
   * has an activity at both ends: {system, operation: 'send', 'request' or 'receive', destination, name?, id?, attempt?, bytes?, traceparent?};
   * end {id?, error?, code?}. What was received is caused by what was sent, whose activity `traceparent` names.
   */
  message: 7,
  /** Thread or process started: {kind, pid, thread or file}; end {code}. */
  process: 8,
  /** A component was rendered: {library, component, key?, part?: what of it ran, where a library renders in parts, reason: 'mount', 'update' or 'unmount', because: [{kind: 'state', 'props', 'context' or 'parent', name?}], caught?}; end {durationMs?, selfMs?}. */
  render: 9,
  /** Statement or command for a database: {system, statement, parameters?, database?, transaction?, repeat?: the nth equal one of its chain}; end {rows?, error?, code?}. */
  query: 10,
  /** Part of a server's way to an answer: {library, kind: 'middleware', 'route' or 'handler', name, route?, params?}; end {error?}. */
  handler: 11,
  /** What a store was asked to do: {library, store, action, payload?}; end {error?}. Its state changes link to it. */
  action: 12,
  /** Span of OpenTelemetry: {name, kind: 'internal', 'server', 'client', 'producer' or 'consumer', traceId, spanId, scope?, parentSpanId?, sampled?: false, startMs?: where it says itself when, attributes?}; end {durationMs?, name?: where it was changed, attributes?: set since, events?: [{name, atMs, attributes?}], links?: [{traceId, spanId, attributes?}], status?: 'ok', error?}. */
  span: 13,
  /** One attempt of a test: {library, name: 'file > describe > test', file, line?, project?, retry?, repeat?: how many came before}; end {state: 'passed', 'failed' or 'skipped', durationMs?, error?}. */
  test: 14,
} as const
export type ActivityTypeName = keyof typeof ActivityType

/** Bits of `extra` of a branch event: what the deciding value was. Neither bit: it was false, 0, '' or NaN. */
export const BranchBit = { truthy: 1, nullish: 2 } as const

export const ConsoleLevel = { debug: 1, log: 2, info: 3, warn: 4, error: 5, trace: 6, assert: 7 } as const
export type ConsoleLevelName = keyof typeof ConsoleLevel

/** `page`: a document of its own tab or window; `frame`: one inside another; `vm`: a global of node:vm or another that a page's recorder was put into. */
export const RealmKind = { page: 1, worker: 2, node: 3, nodeWorker: 4, vm: 5, frame: 6, sharedWorker: 7, serviceWorker: 8 } as const
export type RealmKindName = keyof typeof RealmKind

export const EndReason = { exit: 1, crash: 2, pageHide: 3, stopped: 4 } as const
export type EndReasonName = keyof typeof EndReason

/** Bits of a record's flag byte. */
export const RecordFlag = {
  /** `link` is the cause of the call but not the frame below it on the stack. */
  asyncParent: 1,
  /** Some value of this record was cut by a limit of depth, width or bytes. */
  truncated: 2,
  /** Some value of this record was masked. */
  redacted: 4,
  /** The error was not thrown here but inferred from where it was caught. */
  inferred: 8,
  /** Values were not recorded for this event although the probe's level asks for them (quota or value budget). */
  valuesSkipped: 16,
} as const

function invert<K extends string>(table: Readonly<Record<K, number>>): ReadonlyMap<number, K> {
  const inverse = new Map<number, K>()
  for (const name of Object.keys(table) as K[]) inverse.set(table[name], name) // SAFE: own keys of the literal table
  return inverse
}
const kindNames = /*#__PURE__*/ invert(EventKind)
const activityNames = /*#__PURE__*/ invert(ActivityType)
const consoleNames = /*#__PURE__*/ invert(ConsoleLevel)
const realmKindNames = /*#__PURE__*/ invert(RealmKind)
const endReasonNames = /*#__PURE__*/ invert(EndReason)

export const eventKindName = (kind: number): EventKindName | undefined => kindNames.get(kind)
export const activityTypeName = (type: number): ActivityTypeName | undefined => activityNames.get(type)
export const consoleLevelName = (level: number): ConsoleLevelName | undefined => consoleNames.get(level)
export const realmKindName = (kind: number): RealmKindName | undefined => realmKindNames.get(kind)
export const endReasonName = (reason: number): EndReasonName | undefined => endReasonNames.get(reason)
