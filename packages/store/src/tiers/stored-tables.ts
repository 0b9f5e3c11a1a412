/**
 * How events lie in DuckDB: small rows, names by number (`places`, `paths`), nothing NULL. The views over them are what people see
 * (view-schema.ts). Numbers of sessions, places and paths are those of one database.
 */
import { ActivityType, EventKind, activityTypeName } from '@hindscope/protocol'
import { kindNameOf } from '../model/describe.ts'
import { TABLES_CATALOG, VIEWS_CATALOG, sqlType } from './duckdb.ts'
import type { TableColumns } from './duckdb.ts'
import { FUNCTIONS_OF_CALLS, quotedName } from './view-schema.ts'
import type { ViewName } from './view-schema.ts'

/** Goes up when a table changes: a file of another version is made anew. */
export const TABLES_VERSION = 1

const KINDS: readonly string[] = Object.keys(EventKind)
/** `''`: none. */
const ACTIVITIES: readonly string[] = ['', ...Object.keys(ActivityType)]
const OUTCOMES: readonly string[] = ['open', 'returned', 'threw', 'unwound']
const VALUE_TYPES = [
  'string',
  'number',
  'boolean',
  'null',
  'undefined',
  'bigint',
  'date',
  'function',
  'symbol',
  'regexp',
  'binary',
  'object',
  'redacted',
  'cut',
] as const
export type ValueType = (typeof VALUE_TYPES)[number]

/** Index in the enumeration of kinds, by the kind's number. */
export const KIND_INDEX: Uint8Array = Uint8Array.from({ length: 256 }, (_, kind) => KINDS.indexOf(kindNameOf(kind)))
/** The same of activity types; 0 = none. */
export const ACTIVITY_INDEX: Uint8Array = Uint8Array.from({ length: 256 }, (_, type) => Math.max(0, ACTIVITIES.indexOf(activityTypeName(type) ?? '')))
export const TYPE_INDEX: Readonly<Record<ValueType, number>> = Object.fromEntries(VALUE_TYPES.map((type, index) => [type, index])) as Record<
  ValueType,
  number
> // SAFE: one entry a type

/** Bits of `marks`. */
export const StoredMark = { error: 1, caused: 2 } as const
/** For times and durations that are not there. */
export const NONE = -1

/** `parent_track`: 0 = none, else one more than the number. `call`: 0 = none. */
const PARENT: TableColumns = { parent_track: 'UINTEGER', parent_call: 'UINTEGER' }
const EVENT: TableColumns = {
  session_id: 'UINTEGER',
  track: 'UINTEGER',
  seq: 'UINTEGER',
  time_us: 'DOUBLE',
  kind: KINDS,
  place: 'UINTEGER',
  call: 'UINTEGER',
}

export type TableName =
  | 'session_rows'
  | 'track_rows'
  | 'place_rows'
  | 'path_rows'
  | 'event_rows'
  | 'call_rows'
  | 'value_rows'
  | 'source_rows'
  | 'error_rows'
  | 'write_rows'

export const TABLES: Readonly<Record<TableName, TableColumns>> = {
  session_rows: {
    session_id: 'UINTEGER',
    session: 'VARCHAR',
    name: 'VARCHAR',
    first_us: 'DOUBLE',
    last_us: 'DOUBLE',
    events: 'UINTEGER',
    calls: 'UINTEGER',
    errors: 'UINTEGER',
    dropped: 'UINTEGER',
    damage: 'UINTEGER',
    bytes: 'DOUBLE',
    /** JSON: LoadState. */
    state: 'VARCHAR',
  },
  track_rows: {
    session_id: 'UINTEGER',
    track: 'UINTEGER',
    name: 'VARCHAR',
    kind: 'VARCHAR',
    platform: 'VARCHAR',
    pid: 'UINTEGER',
    url: 'VARCHAR',
    first_us: 'DOUBLE',
    last_us: 'DOUBLE',
    events: 'UINTEGER',
    calls: 'UINTEGER',
    errors: 'UINTEGER',
    dropped: 'UINTEGER',
  },
  /** `has_*`: empty texts are not absent ones. */
  place_rows: {
    place: 'UINTEGER',
    session_id: 'UINTEGER',
    name: 'VARCHAR',
    has_function: 'UTINYINT',
    function: 'VARCHAR',
    has_file: 'UTINYINT',
    file: 'VARCHAR',
    line: 'UINTEGER',
    col: 'UINTEGER',
  },
  path_rows: { path_id: 'UINTEGER', session_id: 'UINTEGER', path: 'VARCHAR' },
  event_rows: { ...EVENT, activity: ACTIVITIES, ...PARENT, marks: 'UTINYINT', depth: 'UINTEGER', duration_us: 'DOUBLE', preview: 'VARCHAR' },
  call_rows: {
    session_id: 'UINTEGER',
    track: 'UINTEGER',
    call: 'UINTEGER',
    seq: 'UINTEGER',
    place: 'UINTEGER',
    activity: ACTIVITIES,
    start_us: 'DOUBLE',
    end_us: 'DOUBLE',
    self_us: 'DOUBLE',
    /** Index: OutcomeCode. */
    outcome: OUTCOMES,
    depth: 'UINTEGER',
    ...PARENT,
    marks: 'UTINYINT',
    root_track: 'UINTEGER',
    root_call: 'UINTEGER',
    /** JSON; `''` where nothing was recorded. */
    args: 'VARCHAR',
    result: 'VARCHAR',
  },
  /** `number`: NaN = none. */
  value_rows: { ...EVENT, path_id: 'UINTEGER', type: VALUE_TYPES, number: 'DOUBLE', text: 'VARCHAR' },
  source_rows: { session_id: 'UINTEGER', file: 'VARCHAR', module: 'VARCHAR', functions: 'UINTEGER', has_content: 'UTINYINT', content: 'VARCHAR' },
  error_rows: { ...EVENT, class: 'VARCHAR', message: 'VARCHAR' },
  write_rows: { ...EVENT, target: 'VARCHAR', object: 'UINTEGER', number: 'DOUBLE', text: 'VARCHAR' },
}

export const TABLE_NAMES: readonly TableName[] = Object.keys(TABLES) as TableName[] // SAFE: own keys of the table

export const createTables = (): readonly string[] =>
  TABLE_NAMES.map(
    table =>
      `CREATE TABLE ${table} (${Object.entries(TABLES[table])
        .map(([column, type]) => `${column} ${sqlType(type)} NOT NULL`)
        .join(', ')})`,
  )

const absent = (column: string, none: string): string => `CASE WHEN ${column} ${none} THEN NULL ELSE ${column} END`
const asTime = (column: string): string => `make_timestamp(CAST(${column} AS BIGINT))`
const text = (column: string): string => `CAST(${column} AS VARCHAR)`
const NUMBER = `CASE WHEN isnan(v.number) THEN NULL ELSE v.number END`

const PLACE = `CASE WHEN p.has_function = 1 THEN p.function END AS function, CASE WHEN p.has_file = 1 THEN p.file END AS file,
  CASE WHEN p.has_file = 1 THEN p.line END AS line, CASE WHEN p.has_file = 1 THEN p.col END AS col`
const parent = (of: string): string =>
  `CASE WHEN ${of}.parent_track > 0 THEN ${of}.parent_track - 1 END AS parent_track,
  CASE WHEN ${of}.parent_track > 0 THEN ${of}.parent_call END AS parent_call, ${of}.marks & ${StoredMark.caused} <> 0 AS caused`
const keysOf = (of: string): string => `s.session, ${of}.track, ${of}.seq, ${asTime(`${of}.time_us`)} AS time, ${of}.time_us`
const callOf = (of: string): string => `${absent(`${of}.call`, '= 0')} AS call`
const bare = (table: TableName, of: string): string => `FROM ${TABLES_CATALOG}.${table} ${of}`
const from = (table: TableName, of: string): string =>
  `${bare(table, of)} JOIN ${TABLES_CATALOG}.session_rows s ON ${of}.session_id = s.session_id JOIN ${TABLES_CATALOG}.place_rows p ON ${of}.place = p.place`

/** Each view over the tables. */
const SELECTS: Readonly<Record<ViewName, string>> = {
  sessions: `SELECT session, name, ${asTime('first_us')} AS started, first_us, last_us, events, calls, errors, dropped, damage, bytes ${bare('session_rows', 's')}`,
  tracks: `SELECT s.session, t.track, t.name, t.kind, t.platform, t.pid, t.url, t.first_us, t.last_us, t.events, t.calls, t.errors, t.dropped
  ${bare('track_rows', 't')} JOIN ${TABLES_CATALOG}.session_rows s ON t.session_id = s.session_id`,
  events: `SELECT ${keysOf('e')}, ${text('e.kind')} AS kind, ${text(absent('e.activity', "= ''"))} AS activity, p.name, ${PLACE}, ${callOf('e')},
  ${parent('e')}, e.depth, e.marks & ${StoredMark.error} <> 0 AS error, ${absent('e.duration_us', '< 0')} AS duration_us, e.preview ${from('event_rows', 'e')}`,
  calls: `SELECT s.session, c.track, ${callOf('c')}, c.seq, ${text(absent('c.activity', "= ''"))} AS activity, p.name, ${PLACE},
  ${asTime('c.start_us')} AS start, c.start_us, ${absent('c.end_us', '< 0')} AS end_us,
  CASE WHEN c.end_us >= 0 THEN c.end_us - c.start_us END AS duration_us, ${absent('c.self_us', '< 0')} AS self_us,
  ${text('c.outcome')} AS outcome, c.depth, ${parent('c')}, c.root_track, c.root_call,
  CAST(nullif(c.args, '') AS JSON) AS args, CAST(nullif(c.result, '') AS JSON) AS result ${from('call_rows', 'c')}`,
  values: `SELECT ${keysOf('v')}, ${text('v.kind')} AS kind, ${callOf('v')}, ${PLACE}, t.path, ${text('v.type')} AS type, ${NUMBER} AS number,
  CASE WHEN v.type IN ('redacted', 'cut') THEN NULL ELSE v.text END AS text ${from('value_rows', 'v')} JOIN ${TABLES_CATALOG}.path_rows t ON v.path_id = t.path_id`,
  functions: `SELECT ${FUNCTIONS_OF_CALLS} FROM {schema}.calls WHERE activity IS NULL GROUP BY session, function, file, line`,
  sources: `SELECT s.session, f.file, f.module, f.functions, CASE WHEN f.has_content = 1 THEN f.content END AS content
  ${bare('source_rows', 'f')} JOIN ${TABLES_CATALOG}.session_rows s ON f.session_id = s.session_id`,
  errors: `SELECT ${keysOf('e')}, ${text('e.kind')} AS kind, ${callOf('e')}, ${PLACE}, nullif(e.class, '') AS class, e.message ${from('error_rows', 'e')}`,
  writes: `SELECT ${keysOf('v')}, ${text('v.kind')} AS kind, ${callOf('v')}, ${PLACE}, v.target, ${absent('v.object', '= 0')} AS object,
  ${NUMBER} AS number, v.text ${from('write_rows', 'v')}`,
}

/** A schema with the views over the tables. */
export const createViews = (schema: string): readonly string[] => [
  `CREATE SCHEMA ${VIEWS_CATALOG}.${schema}`,
  ...(Object.keys(SELECTS) as ViewName[]).map(
    // SAFE: own keys of the table
    view =>
      `CREATE OR REPLACE VIEW ${VIEWS_CATALOG}.${schema}.${quotedName(view)} AS ${SELECTS[view].replace('{schema}', `${VIEWS_CATALOG}.${schema}`)}`,
  ),
]
