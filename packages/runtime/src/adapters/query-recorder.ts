/**
 * What adapters of database clients share: a query is an activity of the call that issued it, from then until its answer came. What the
 * client calls back runs as that call's task, whichever query's answer the shared connection was busy with.
 *
 * Parameters are recorded as other values are: bounded, masked by form and by taint. They have no names of their own, so those that the
 * statement compares with or puts into a column whose name is masked are masked too (parameter-names.ts).
 */
import { ActivityType } from '@hindscope/protocol'
import { REDACTED_VALUE } from '../recorder/value-snapshot.ts'
import { SafeMap, isArray, ownDescriptor, reflectApply, stringSlice } from '../recorder/intrinsics.ts'
import type { Context, RecorderAccess } from './adapter.ts'
import { dataOf, isProxy } from './own-properties.ts'
import { maskedParameters } from './parameter-names.ts'
import { tellBegun } from './span-slot.ts'
import { originalOf } from './patch.ts'

/** Who asked. */
export type Issuer = Context

export const NOBODY: Issuer = { call: 0, root: 0 }

export interface OpenQuery extends Issuer {
  readonly activity: number
}

export interface QueryStart {
  /** As the program wrote it; for stores without a language, the command's name. */
  readonly statement: string
  /** A list, or an object by name. */
  readonly parameters?: unknown
  readonly database?: string | undefined
  /** Number of the transaction in this realm. */
  readonly transaction?: number | undefined
}

/** As OpenTelemetry's `db.system.name`. */
export type DatabaseSystem = 'postgresql' | 'mysql' | 'redis' | 'sqlite'

/** A batch that writes more values in one statement says nothing by the others. */
const MAX_PARAMETERS = 50
/** Chains whose statements are counted: more requests than a process has open at a time. The oldest is forgotten. */
const MAX_ROOTS = 1000
/** Different statements counted in one chain; loops repeat one of the first. */
const MAX_STATEMENTS = 200
/** Commands of Redis that carry credentials in places of their own. */
const SECRET_COMMANDS: ReadonlySet<string> = new Set(['AUTH', 'HELLO', 'ACL', 'CONFIG', 'MIGRATE'])
/** The native one: this runs no task of the program. */
const promiseThen = (originalOf(Promise.prototype.then) ?? Promise.prototype.then) as (this: unknown, ...args: never[]) => unknown // SAFE: what a stand-in of `then` stands for
/** Characters in which counted statements may differ. */
const MAX_KEY = 2000

/** Who asks now. Where code that is not instrumented has awaited in between, whoever asked that code, or the request that is being served. */
export function issuerOf(recorder: RecorderAccess): Issuer {
  const call = recorder.currentCall()
  if (call !== 0) return { call, root: recorder.currentRoot() }
  return recorder.awaited?.getStore() ?? NOBODY
}

/**
 * Calls `callback` for `issuer`. What Node keeps for the connection is the context of whoever happened to open it: that does not count here,
 * nor in what the callback awaits.
 */
export function resumeIn(
  recorder: RecorderAccess,
  issuer: Issuer,
  callback: (...args: never[]) => unknown,
  thisArg: unknown,
  args: ArrayLike<unknown>,
): unknown {
  const { call, root } = issuer
  const { awaited: ambient } = recorder
  if (ambient === undefined || (call === 0 && ambient.getStore() === undefined)) return recorder.runIn(call, root, callback, thisArg, args)
  return ambient.run(call === 0 ? undefined : { call, root }, () => recorder.runIn(call, root, callback, thisArg, args))
}

/** Opens a connection, which many will use: what Node calls for it later has no context. */
export function openApart<T>({ awaited: ambient }: RecorderAccess, open: () => T): T {
  return ambient?.getStore() === undefined ? open() : ambient.run(undefined, open)
}

export class QueryRecorder {
  readonly recorder: RecorderAccess
  private readonly system: DatabaseSystem
  private readonly counts = new SafeMap<number, SafeMap<string, number>>()
  private transactions = 0

  constructor(recorder: RecorderAccess, system: DatabaseSystem) {
    this.recorder = recorder
    this.system = system
  }

  issuer(): Issuer {
    return issuerOf(this.recorder)
  }

  /**
   * The nth equal statement of one chain, from the second on, says so as `repeat`: a query in a loop is found by a large one. Statements
   * that nothing recorded has asked for are not counted.
   */
  start({ statement, parameters, database, transaction }: QueryStart, { call, root }: Issuer): OpenQuery {
    const { recorder, system } = this
    const fields: Record<string, unknown> = { system, statement }
    if (parameters !== undefined) fields['parameters'] = parameters
    if (database !== undefined) fields['database'] = database
    if (transaction !== undefined) fields['transaction'] = transaction
    const repeat = root === 0 ? 1 : this.count(root, statement)
    if (repeat > 1) fields['repeat'] = repeat
    const activity = recorder.startActivity(ActivityType.query, fields, call)
    tellBegun(recorder, { call: activity, root: root || activity }, call)
    return { activity, call, root }
  }

  end({ activity }: OpenQuery, result: { readonly rows?: number | undefined }): void {
    this.recorder.endActivity(activity, ActivityType.query, result.rows === undefined ? {} : { rows: result.rows })
  }

  fail({ activity }: OpenQuery, error: unknown): void {
    this.recorder.endActivity(activity, ActivityType.query, errorFields(error))
  }

  /** Calls what the client calls when the answer is there. */
  resume(issuer: Issuer, callback: (...args: never[]) => unknown, thisArg: unknown, args: ArrayLike<unknown>): unknown {
    return resumeIn(this.recorder, issuer, callback, thisArg, args)
  }

  /** Positional parameters of an SQL statement as they may be recorded; undefined for none. */
  sqlParameters(statement: string, values: unknown): unknown {
    if (!isArray(values) || isProxy(values) || values.length === 0) return undefined
    const masked = maskedParameters(statement, this.recorder.isRedacted)
    if (masked.size === 0 && values.length <= MAX_PARAMETERS) return values
    const list: unknown[] = []
    for (let i = 0; i < values.length && i < MAX_PARAMETERS; i++) list[i] = masked.has(i) ? REDACTED_VALUE : ownDescriptor(values, i)?.value
    return list
  }

  /** Arguments of a command for a store without a language: one behind a name that is masked is masked (`HSET user password …`). */
  commandParameters(command: string, args: readonly unknown[], from = 0): unknown {
    if (args.length <= from) return undefined
    const isSecret = SECRET_COMMANDS.has(command)
    const list: unknown[] = []
    for (let i = from; i < args.length && list.length < MAX_PARAMETERS; i++) {
      const before: unknown = i === 0 ? undefined : ownDescriptor(args, i - 1)?.value
      const isMasked = isSecret || (typeof before === 'string' && this.recorder.isRedacted(before))
      list[list.length] = isMasked ? REDACTED_VALUE : ownDescriptor(args, i)?.value
    }
    return list
  }

  /** Runs `work` of the adapter's own; what it throws is counted. */
  guarded<T>(work: () => T): T | undefined {
    try {
      return work()
    } catch {
      this.recorder.fail('adapter-failed') // SAFE: the query goes on unrecorded; counted.
      return undefined
    }
  }

  /** Only for promises that the driver awaits itself: a reaction marks a rejection as handled. */
  react(promise: unknown, resolved: (value: unknown) => void, rejected: (error: unknown) => void): void {
    if (!(promise instanceof Promise)) return
    this.guarded(() =>
      reflectApply(promiseThen, promise, [
        (value: unknown): void => void this.guarded(() => resolved(value)),
        (error: unknown): void => void this.guarded(() => rejected(error)),
      ] as never),
    ) // SAFE: callables
  }

  nextTransaction(): number {
    return ++this.transactions
  }

  private count(root: number, statement: string): number {
    const { counts } = this
    let ofRoot = counts.get(root)
    if (ofRoot === undefined) {
      if (counts.size >= MAX_ROOTS) for (const oldest of counts.keys()) if (counts.delete(oldest)) break
      counts.set(root, (ofRoot = new SafeMap()))
    }
    const key = statement.length > MAX_KEY ? stringSlice(statement, 0, MAX_KEY) : statement
    const count = (ofRoot.get(key) ?? 0) + 1
    if (count > 1 || ofRoot.size < MAX_STATEMENTS) ofRoot.set(key, count)
    return count
  }
}

/** The transaction that a connection is in, as far as its statements say. Statements are told in the order in which they are issued. */
export class ConnectionState {
  private current: number | undefined = undefined
  private readonly queries: QueryRecorder

  constructor(queries: QueryRecorder) {
    this.queries = queries
  }

  /** The transaction that the statement belongs to: those that begin and end it do. */
  sees(statement: string): number | undefined {
    const effect = transactionEffect(statement)
    if (effect === 'begin') this.current ??= this.queries.nextTransaction()
    const { current } = this
    if (effect === 'end') this.current = undefined
    return current
  }
}

const BEGIN = /^(?:\s|--[^\n]*\n|\/\*.*?\*\/)*(?:begin|start\s+transaction|multi)\b/is
const END = /^(?:\s|--[^\n]*\n|\/\*.*?\*\/)*(?:commit|end|abort|exec|discard|rollback(?!\s+(?:work\s+|transaction\s+)?to\b))\b/is
/** `BEGIN; …; COMMIT` in one. */
const ENDED = /;\s*(?:commit|end|rollback)\s*;?\s*$/i
/** Statements of this kind are short; what is longer is a body of something else. */
const MAX_TRANSACTION_TEXT = 1000

function transactionEffect(statement: string): 'begin' | 'end' | undefined {
  if (statement.length > MAX_TRANSACTION_TEXT) return undefined
  if (END.test(statement)) return 'end'
  return BEGIN.test(statement) && !ENDED.test(statement) ? 'begin' : undefined
}

/** The error is the program's: its own `message` and `code` are read, where they are data. */
export function errorFields(error: unknown): object {
  if (typeof error !== 'object' || error === null || isProxy(error)) return { error: typeof error === 'string' ? error : 'failed' }
  const message = dataOf(error, 'message')
  const code = dataOf(error, 'code')
  const told = typeof code === 'string' || typeof code === 'number' ? { code } : {}
  // Attempts to connect to several addresses fail together, without a text of their own.
  return { error: typeof message === 'string' && message !== '' ? message : String(told.code ?? 'failed'), ...told }
}
