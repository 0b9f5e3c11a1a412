/**
 * The views that people write SQL over, the same over warm and cold: docs/sql.md shows this table, and a test compares the two. A view
 * has no other column, so that a statement that works over one tier works over the other.
 */

export interface ViewColumn {
  readonly name: string
  /** As DuckDB names it. */
  readonly type: 'VARCHAR' | 'UINTEGER' | 'DOUBLE' | 'BOOLEAN' | 'TIMESTAMP' | 'JSON' | 'BIGINT'
  readonly meaning: string
}

export type ViewName = 'sessions' | 'tracks' | 'events' | 'calls' | 'values' | 'functions' | 'sources' | 'errors' | 'writes'

/** `session:VARCHAR meaning`: one line a column. */
function columnsOf(text: string): readonly ViewColumn[] {
  return text
    .trim()
    .split('\n')
    .map(line => {
      const [, name = '', type = '', meaning = ''] = /^\s*(\w+):(\w+)\s+(.*)$/.exec(line) ?? []
      return { name, type: type as ViewColumn['type'], meaning } // SAFE: the texts below; the test of docs/sql.md reads every type from DuckDB
    })
}

const PLACE = `
  function:VARCHAR function around the event, else the activity
  file:VARCHAR original source
  line:UINTEGER 1-based
  col:UINTEGER 0-based`

const EVENT = `
  session:VARCHAR id of the session, 32 hex digits
  track:UINTEGER number of the realm within the session
  seq:UINTEGER sequence number within the track
  time:TIMESTAMP UTC, microseconds
  time_us:DOUBLE microseconds since 1970`

export const VIEWS: Readonly<Record<ViewName, readonly ViewColumn[]>> = {
  sessions: columnsOf(`
  session:VARCHAR id of the session, 32 hex digits
  name:VARCHAR what people call it
  started:TIMESTAMP first event, UTC
  first_us:DOUBLE first event, microseconds since 1970
  last_us:DOUBLE last event
  events:UINTEGER events
  calls:UINTEGER calls of the program's functions
  errors:UINTEGER events that are errors
  dropped:UINTEGER events that were dropped or lost
  damage:UINTEGER damaged stretches of its files
  bytes:DOUBLE size of its chunks`),
  tracks: columnsOf(`
  session:VARCHAR id of the session
  track:UINTEGER number of the realm within the session
  name:VARCHAR what the realm is called
  kind:VARCHAR page, worker, node, …
  platform:VARCHAR browser or Node version
  pid:UINTEGER process id, 0 in pages
  url:VARCHAR address of the page, or command line
  first_us:DOUBLE first event
  last_us:DOUBLE last event
  events:UINTEGER events
  calls:UINTEGER calls of the program's functions
  errors:UINTEGER events that are errors
  dropped:UINTEGER events that were dropped or lost`),
  events: columnsOf(`${EVENT}
  kind:VARCHAR event kind: callEnter, console, …
  activity:VARCHAR what an activity is, on its first and last event
  name:VARCHAR as the event is called in lists${PLACE}
  call:UINTEGER id of its call within the track
  parent_track:UINTEGER track of the caller or cause, on the first event of a call or activity
  parent_call:UINTEGER id of the caller or cause
  caused:BOOLEAN the parent is a cause, not the caller
  depth:UINTEGER nesting in the synchronous stack, from 0
  error:BOOLEAN a throw, uncaught error, rejection, console.error, failed activity
  duration_us:DOUBLE of the call or activity, on its first and last event
  preview:VARCHAR one line: arguments, result, error, console text`),
  calls: columnsOf(`
  session:VARCHAR id of the session
  track:UINTEGER number of the realm within the session
  call:UINTEGER id of the call within the track
  seq:UINTEGER sequence number of its first event
  activity:VARCHAR what an activity is; absent for calls
  name:VARCHAR function or activity
  function:VARCHAR function; the activity's name for activities
  file:VARCHAR original source
  line:UINTEGER 1-based
  col:UINTEGER 0-based
  start:TIMESTAMP UTC, microseconds
  start_us:DOUBLE microseconds since 1970
  end_us:DOUBLE absent while it is open
  duration_us:DOUBLE absent while it is open
  self_us:DOUBLE duration less that of the synchronous children
  outcome:VARCHAR returned, threw, unwound, open
  depth:UINTEGER nesting in the synchronous stack, from 0
  parent_track:UINTEGER track of the caller or cause
  parent_call:UINTEGER id of the caller or cause
  caused:BOOLEAN the parent is a cause, not the caller
  root_track:UINTEGER track of the top of its causal tree
  root_call:UINTEGER id of the top of its causal tree
  args:JSON arguments by parameter name; fields of an activity
  result:JSON result, or what an activity ended with; the error where it threw`),
  values: columnsOf(`${EVENT}
  kind:VARCHAR event kind
  call:UINTEGER id of its call within the track${PLACE}
  path:VARCHAR as in the query language: args.user.id, result.total, error.message, value[0]
  type:VARCHAR string, number, boolean, null, undefined, bigint, date, function, symbol, regexp, binary, object, redacted, cut
  number:DOUBLE numbers, big integers, truth values (0, 1), dates in milliseconds
  text:VARCHAR the value as text; absent where it was masked or cut`),
  functions: columnsOf(`
  session:VARCHAR id of the session
  function:VARCHAR function
  file:VARCHAR original source
  line:UINTEGER 1-based
  calls:BIGINT calls
  threw:BIGINT calls that threw
  total_us:DOUBLE sum of durations
  self_us:DOUBLE sum of self times
  max_us:DOUBLE longest duration`),
  sources: columnsOf(`
  session:VARCHAR id of the session
  file:VARCHAR original source
  module:VARCHAR key of the module's version
  functions:UINTEGER functions with a probe
  content:VARCHAR text, where it was recorded`),
  errors: columnsOf(`${EVENT}
  kind:VARCHAR event kind
  call:UINTEGER id of its call within the track${PLACE}
  class:VARCHAR class of the error; absent for other values
  message:VARCHAR its message, or the value as text`),
  writes: columnsOf(`${EVENT}
  kind:VARCHAR write or propertyWrite
  call:UINTEGER id of its call within the track${PLACE}
  target:VARCHAR variable, or key of the property
  object:UINTEGER id of the object, of properties
  number:DOUBLE what was written, where it is a number
  text:VARCHAR what was written, as text`),
}

export const VIEW_NAMES: readonly ViewName[] = Object.keys(VIEWS) as ViewName[] // SAFE: own keys of the table

/** Views that are files of an archive; the others are made of these. */
export const STORED_VIEWS: readonly ViewName[] = VIEW_NAMES.filter(name => name !== 'functions')

export const FUNCTIONS_OF_CALLS: string = `session, function, file, line, count(*) AS calls, count(*) FILTER (outcome = 'threw') AS threw,
  sum(duration_us) AS total_us, sum(self_us) AS self_us, max(duration_us) AS max_us`

/** An SQL string: nothing in it can end it. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
export const quotedName = (name: string): string => `"${name.replaceAll('"', '""')}"`
