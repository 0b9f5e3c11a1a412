/**
 * DuckDB, loaded on the first question that needs it: an optional dependency of 70 MB. The only importer. Everything here is about the
 * engine; what is stored is in the files beside it.
 */
import type { DuckDBAppender, DuckDBConnection, DuckDBInstance, DuckDBType, DuckDBVector } from '@duckdb/node-api'
import { HindscopeError } from '@hindscope/protocol'

export type { DuckDBConnection, DuckDBPreparedStatement, DuckDBResult } from '@duckdb/node-api'

type Module = typeof import('@duckdb/node-api')

let loaded: Promise<Module> | undefined
const loadOnce = (): Promise<Module> => (loaded ??= import('@duckdb/node-api'))

/** Throws `sql-missing` where the package is not installed or has no build for this platform. */
export async function loadDuckdb(load: () => Promise<Module> = loadOnce): Promise<Module> {
  try {
    return await load()
  } catch (error) {
    loaded = undefined
    throw new HindscopeError('sql-missing', { reason: reasonOf(error) }, { cause: error })
  }
}

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Types of stored columns. None is ever NULL: validity masks are slow to write, so a column has a value that says "none". */
export type ColumnType = 'UTINYINT' | 'UINTEGER' | 'DOUBLE' | 'VARCHAR' | readonly string[]
export type TableColumns = Readonly<Record<string, ColumnType>>

export const sqlType = (type: ColumnType): string => (typeof type === 'string' ? type : `ENUM (${type.map(each => `'${each}'`).join(', ')})`)

/** Bytes that DuckDB may take before it writes to disk what does not fit. */
const MEMORY_LIMIT = '2GB'

export interface DatabaseOptions {
  /** Nothing outside of the file may be read or written, but what lies in these folders. */
  readonly onlyFolders?: readonly string[]
  /** Loads httpfs, for S3-compatible addresses. Throws `sql-httpfs-missing`. */
  readonly httpfs?: boolean
}

export const VIEWS_CATALOG = 'memory'
/** The tables' catalog; views of all tiers are in memory, made at each opening. */
export const TABLES_CATALOG = 'tables'

/** A file of tables (`:memory:` for none), and views over it and over other files. Exactly one process can have a file open. */
export class Database {
  readonly path: string
  private readonly module: Module
  private readonly instance: DuckDBInstance
  /** For the owner's own statements, one after the other. */
  private readonly connection: DuckDBConnection
  private turn: Promise<unknown> = Promise.resolve()

  private constructor(path: string, module: Module, instance: DuckDBInstance, connection: DuckDBConnection) {
    this.path = path
    this.module = module
    this.instance = instance
    this.connection = connection
  }

  /** Throws `sql-missing`, `sql-locked`, `sql-httpfs-missing`, `sql-unreadable`. */
  static async open(path: string, options: DatabaseOptions = {}): Promise<Database> {
    const module = await loadDuckdb()
    try {
      const instance = await module.DuckDBInstance.create(':memory:', { memory_limit: MEMORY_LIMIT })
      const database = new Database(path, module, instance, await instance.connect())
      await database.prepare(options)
      return database
    } catch (error) {
      if (error instanceof HindscopeError) throw error
      const reason = reasonOf(error)
      throw new HindscopeError(/lock/i.test(reason) ? 'sql-locked' : 'sql-unreadable', { path, reason }, { cause: error })
    }
  }

  private async prepare({ onlyFolders, httpfs }: DatabaseOptions): Promise<void> {
    if (httpfs === true) await this.loadHttpfs()
    await this.connection.run(`ATTACH '${this.path.replaceAll("'", "''")}' AS ${TABLES_CATALOG}`)
    await this.connection.run(`USE ${TABLES_CATALOG}`)
    if (onlyFolders === undefined) return
    const folders = onlyFolders.map(folder => `'${folder.replaceAll("'", "''")}'`).join(', ')
    await this.connection.run(`SET allowed_directories = [${folders}]`)
    await this.connection.run('SET enable_external_access = false')
  }

  private async loadHttpfs(): Promise<void> {
    try {
      await this.connection.run('LOAD httpfs')
    } catch {
      // SAFE: not on this machine yet; installing it says why it cannot be had.
      try {
        await this.connection.run('INSTALL httpfs')
        await this.connection.run('LOAD httpfs')
      } catch (error) {
        this.close()
        throw new HindscopeError('sql-httpfs-missing', { reason: reasonOf(error).split('\n')[0] ?? '' }, { cause: error })
      }
    }
  }

  /** Runs statements of our own, one after the other. */
  run(...statements: readonly string[]): Promise<void> {
    return this.inTurn(async () => void (await this.connection.run(statements.join(';\n'))))
  }

  /** All rows as objects; BIGINT comes as a string. */
  rows(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return this.inTurn(async () => (await this.connection.runAndReadAll(sql)).getRowObjectsJson())
  }

  /** Everything that `work` writes is there at once or not at all, also after a crash. */
  transaction<T>(work: (write: TableWriters) => Promise<T>): Promise<T> {
    return this.inTurn(async () => {
      await this.connection.run('BEGIN')
      const writers = new TableWriters(this.module, this.connection)
      try {
        const result = await work(writers)
        writers.close()
        await this.connection.run('COMMIT')
        return result
      } catch (error) {
        writers.close({ discard: true })
        await this.connection.run('ROLLBACK')
        throw error
      }
    })
  }

  /** A connection for somebody else's statements. */
  connect(): Promise<DuckDBConnection> {
    return this.instance.connect()
  }

  get json(): Module['JsonDuckDBValueConverter'] {
    return this.module.JsonDuckDBValueConverter
  }
  get statementTypes(): Module['StatementType'] {
    return this.module.StatementType
  }

  close(): void {
    this.connection.closeSync()
    this.instance.closeSync()
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work)
    this.turn = result.catch(() => undefined)
    return result
  }
}

/** The tables that one transaction writes to, each opened when it is first written. */
export class TableWriters {
  private readonly module: Module
  private readonly connection: DuckDBConnection
  private readonly writers = new Map<string, TableWriter>()

  constructor(module: Module, connection: DuckDBConnection) {
    this.module = module
    this.connection = connection
  }

  async table(name: string, columns: TableColumns): Promise<TableWriter> {
    let writer = this.writers.get(name)
    if (writer === undefined) {
      this.writers.set(name, (writer = new TableWriter(this.module, await this.connection.createAppender(name), Object.values(columns))))
    }
    return writer
  }

  /** Rows written so far are seen by statements of the transaction afterwards. */
  flush(): void {
    for (const writer of this.writers.values()) writer.flush()
  }

  async run(sql: string): Promise<void> {
    this.flush()
    await this.connection.run(sql)
  }

  /** The first row of an answer, within the transaction. */
  async first(sql: string): Promise<Readonly<Record<string, unknown>>> {
    this.flush()
    return (await this.connection.runAndReadAll(sql)).getRowObjectsJson()[0] ?? {}
  }

  close({ discard = false }: { readonly discard?: boolean } = {}): void {
    for (const writer of this.writers.values()) writer.close(discard)
    this.writers.clear()
  }
}

function duckdbType(module: Module, type: ColumnType): DuckDBType {
  switch (type) {
    case 'UTINYINT':
      return module.UTINYINT
    case 'UINTEGER':
      return module.UINTEGER
    case 'DOUBLE':
      return module.DOUBLE
    case 'VARCHAR':
      return module.VARCHAR
    default:
      return module.ENUM(type)
  }
}

/** Rows a chunk: DuckDB's own vector size. */
const CHUNK_ROWS = 2048

/**
 * Rows of one table, kept as columns and handed over 2048 at a time, so that a row costs no object. Cells are given in the order of the
 * table's columns; of an enumeration its index.
 */
export class TableWriter {
  private readonly module: Module
  private readonly appender: DuckDBAppender
  private readonly types: readonly DuckDBType[]
  private readonly columns: readonly ColumnType[]
  /** One of the two by column. */
  private readonly numbers: readonly Float64Array[]
  private readonly texts: readonly string[][]
  private row = 0
  private column = 0

  constructor(module: Module, appender: DuckDBAppender, columns: readonly ColumnType[]) {
    this.module = module
    this.appender = appender
    this.columns = columns
    this.types = columns.map(type => duckdbType(module, type))
    this.numbers = columns.map(type => new Float64Array(type === 'VARCHAR' ? 0 : CHUNK_ROWS))
    this.texts = columns.map(() => [])
  }

  number(value: number): this {
    const cells = this.numbers[this.column++] as Float64Array // SAFE: callers give as many cells as there are columns, here and below
    cells[this.row] = value
    return this
  }

  text(value: string): this {
    const cells = this.texts[this.column++] as string[]
    cells[this.row] = value
    return this
  }

  end(): void {
    this.column = 0
    if (++this.row === CHUNK_ROWS) this.append()
  }

  flush(): void {
    if (this.row > 0) this.append()
    this.appender.flushSync()
  }

  close(discard: boolean): void {
    if (discard) this.appender.clear()
    else this.flush()
    this.appender.closeSync()
  }

  private append(): void {
    const chunk = this.module.DuckDBDataChunk.create(this.types, this.row)
    this.columns.forEach((type, column) => {
      const vector = chunk.getColumnVector(column)
      if (type === 'VARCHAR') {
        const cells = this.texts[column] as string[] // SAFE: one a column
        for (let row = 0; row < this.row; row++) vector.setItem(row, cells[row] ?? '')
      } else fill(vector, (this.numbers[column] as Float64Array).subarray(0, this.row), type) // SAFE: one a column
      vector.flush()
    })
    this.appender.appendDataChunk(chunk)
    this.row = 0
  }
}

/** The vector's own array takes all numbers at once; where there is none, each is set by itself. */
function fill(vector: DuckDBVector, cells: Float64Array, type: ColumnType): void {
  const items: unknown = Reflect.get(vector, 'items')
  if (items instanceof Float64Array || items instanceof Uint32Array || items instanceof Uint8Array) items.set(cells)
  else cells.forEach((cell, row) => vector.setItem(row, typeof type === 'string' ? cell : (type[cell] ?? null)))
}
