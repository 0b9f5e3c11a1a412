/** Questions asked of the sessions of one schema of DuckDB, as SQL where it means the same there. Made anew when the schema's sessions change. */
import type { EventRow, OrderTerm, QueryTree } from '@hindscope/protocol'
import type { Cell } from '../query/literal-test.ts'
import type { Database } from './duckdb.ts'
import type { MergedGroups, MergedRows } from './merged-answer.ts'
import { isTime } from './merged-answer.ts'
import { columnOf, necessarySql, orderSql, sqlOf } from './sql-condition.ts'
import type { Texts } from './sql-condition.ts'
import { quoted } from './view-schema.ts'

/** More texts than a statement should list. */
const MAX_TEXTS = 20_000
const ROW_COLUMNS =
  'e.session, e.track, e.seq, e.time_us, e.kind, e.activity, e.name, e.file, e.line, e.col, e.call, e.parent_track, e.parent_call, e.caused, e.depth, e.error, e.duration_us, e.preview'

type SqlRow = Readonly<Record<string, unknown>>

export interface Lost {
  readonly dropped: number
  readonly damage: number
}

export class SqlSearch {
  private readonly database: Database
  private readonly schema: string
  private readonly known = new Map<string, Promise<readonly string[] | undefined>>()
  private lostBySession: Promise<ReadonlyMap<string, Lost>> | undefined

  constructor(database: Database, schema: string) {
    this.database = database
    this.schema = `memory.${schema}`
  }

  /** What is missing from these sessions. */
  async lost(sessions: readonly string[]): Promise<Lost> {
    this.lostBySession ??= this.readLost()
    const known = await this.lostBySession
    const sum = (count: (lost: Lost) => number): number =>
      sessions.reduce((total, each) => total + count(known.get(each) ?? { dropped: 0, damage: 0 }), 0)
    return { dropped: sum(({ dropped }) => dropped), damage: sum(({ damage }) => damage) }
  }

  private async readLost(): Promise<ReadonlyMap<string, Lost>> {
    const rows = await this.database.rows(`SELECT session, dropped, damage FROM ${this.schema}.sessions WHERE dropped > 0 OR damage > 0`)
    return new Map(rows.map(({ session, dropped, damage }) => [String(session), { dropped: Number(dropped), damage: Number(damage) }]))
  }

  /** One session at least. */
  private from(sessions: readonly string[]): string {
    const { schema } = this
    return `FROM ${schema}.events e JOIN ${schema}.sessions s ON e.session = s.session WHERE e.session IN (${sessions.map(quoted).join(', ')})`
  }

  /** The first `limit` rows; false, and nothing added, where SQL would mean something else. */
  async rows({ where, orderBy = [] }: QueryTree, sessions: readonly string[], limit: number, into: MergedRows): Promise<boolean> {
    const condition = await sqlOf(where, this.texts)
    const order = condition === undefined ? undefined : await orderSql(orderBy, this.texts)
    if (condition === undefined || order === undefined) return false
    const keys = orderBy.map(({ by }, i) => `, ${keyColumn(by)} AS k${i}`).join('')
    const rows = await this.database.rows(`SELECT ${ROW_COLUMNS}${keys} ${this.from(sessions)} AND ${condition} ORDER BY ${order} LIMIT ${limit}`)
    for (const row of rows) into.add({ row: sessionRow(row), cells: orderBy.map((_, i) => cellOf(row[`k${i}`])) })
    return true
  }

  /** Adds to the groups; false, and nothing added, where SQL would mean something else. */
  async groups({ where }: QueryTree, sessions: readonly string[], into: MergedGroups): Promise<boolean> {
    const condition = await sqlOf(where, this.texts)
    const keys = into.keys.map(columnOf)
    const numbers = into.measured.map(({ field }) => columnOf(field))
    if (condition === undefined || [...keys, ...numbers].includes(undefined)) return false
    if ((await this.changedKeys(into)) === undefined) return false
    const columns = keys.map((column, i) => `${column} AS k${i}`)
    const by = keys.length === 0 ? '' : ` GROUP BY ${keys.join(', ')}`
    const totals = numbers.map((each, i) => `, count(${each}) AS c${i}, sum(${each}) AS s${i}, min(${each}) AS a${i}, max(${each}) AS z${i}`).join('')
    const rows = await this.database.rows(`SELECT ${[...columns, 'count(*) AS n'].join(', ')}${totals} ${this.from(sessions)} AND ${condition}${by}`)
    for (const row of rows) addTotals(into, row)
    for (let i = 0; i < numbers.length; i++) {
      if (into.measured[i]?.keeps !== true) continue
      const counted = [...columns, `${numbers[i]} AS v`, 'count(*) AS n'].join(', ')
      const values = await this.database.rows(
        `SELECT ${counted} ${this.from(sessions)} AND ${condition} AND ${numbers[i]} IS NOT NULL GROUP BY ${[...keys, numbers[i]].join(', ')}`,
      )
      for (const row of values) addValues(into, row, i)
    }
    return true
  }

  /** Sessions that can have a row that matches. */
  async possible({ where }: QueryTree, sessions: readonly string[]): Promise<ReadonlySet<string>> {
    const condition = await necessarySql(where, this.texts)
    const rows = await this.database.rows(`SELECT DISTINCT e.session ${this.from(sessions)} AND ${condition}`)
    return new Set(rows.map(({ session }) => String(session)))
  }

  /** Undefined when a text that groups are told apart by was changed by storing. */
  private async changedKeys({ keys }: MergedGroups): Promise<true | undefined> {
    for (const field of keys) {
      if (field.kind !== 'field' || (field.name !== 'function' && field.name !== 'file' && field.name !== 'name')) continue
      if ((await this.texts(field.name)) === undefined) return undefined
    }
    return true
  }

  private readonly texts: Texts = column => {
    let texts = this.known.get(column)
    if (texts === undefined) this.known.set(column, (texts = this.readTexts(column)))
    return texts
  }

  private async readTexts(column: string): Promise<readonly string[] | undefined> {
    const rows = await this.database.rows(
      `SELECT DISTINCT e.${column} AS text FROM ${this.schema}.events e WHERE e.${column} IS NOT NULL LIMIT ${MAX_TEXTS + 1}`,
    )
    const texts = rows.map(({ text }) => String(text))
    return texts.length > MAX_TEXTS || texts.some(text => text.includes('\ufffd')) ? undefined : texts
  }
}

const keyColumn = (by: OrderTerm['by']): string => (by.kind === 'aggregate' || isTime(by) ? 'NULL' : (columnOf(by) ?? 'NULL'))

const cellOf = (value: unknown): Cell | undefined => (value === null || value === undefined ? undefined : (value as Cell)) // SAFE: columns of texts, numbers and truth values

function addTotals(into: MergedGroups, row: SqlRow): void {
  const group = into.index.of(into.keys.map((_, i) => cellOf(row[`k${i}`])))
  if (group === undefined) return
  group.count += Number(row['n'])
  into.measured.forEach(({ keeps }, i) => {
    const summary = group.summaries[i]
    const count = Number(row[`c${i}`])
    if (keeps || summary === undefined || count === 0) return
    summary.count += count
    summary.sum += Number(row[`s${i}`])
    summary.min = Math.min(summary.min, Number(row[`a${i}`]))
    summary.max = Math.max(summary.max, Number(row[`z${i}`]))
  })
}

/** For percentiles every value counts, as often as it is there. */
function addValues(into: MergedGroups, row: SqlRow, measure: number): void {
  const summary = into.index.of(into.keys.map((_, i) => cellOf(row[`k${i}`])))?.summaries[measure]
  for (let left = Number(row['n']); left > 0; left--) summary?.add(Number(row['v']))
}

/** A row as the query API has it. */
function sessionRow(row: SqlRow): { readonly session: string } & EventRow {
  const given = (name: string): boolean => row[name] !== null
  const number = (name: string): number => Number(row[name])
  return {
    session: String(row['session']),
    ref: { track: number('track'), seq: number('seq') },
    timeUs: number('time_us'),
    kind: row['kind'] as EventRow['kind'], // SAFE: the enumeration of kinds
    ...(given('activity') ? { activity: row['activity'] as NonNullable<EventRow['activity']> } : {}), // SAFE: the enumeration of activities
    call: given('call') ? number('call') : 0,
    ...(given('parent_track') ? { parent: { track: number('parent_track'), call: number('parent_call') } } : {}),
    asyncParent: row['caused'] === true,
    name: String(row['name']),
    ...(given('file') ? { location: { file: String(row['file']), line: number('line'), column: number('col') } } : {}),
    preview: String(row['preview']),
    ...(given('duration_us') ? { durationUs: number('duration_us') } : {}),
    error: row['error'] === true,
    depth: number('depth'),
  }
}
