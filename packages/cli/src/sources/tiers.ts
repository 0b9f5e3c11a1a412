/** SQL and questions over every session: asked of the running collector, which owns the database, or of the data folder itself. */
import { resolve } from 'node:path'
import { HindscopeError } from '@hindscope/protocol'
import type { CollectorAddress, MessageCode } from '@hindscope/protocol'
import { Tiers, isAddress, sessionsOf } from '@hindscope/store'
import type { SearchAllAnswer, SearchAllQuery, SqlAnswer, SqlQuery } from '@hindscope/store'
import type { Terminal } from '../terminal.ts'
import { apiUrl, findCollector } from './collector-address.ts'
import { dataDirOf } from './config.ts'

export interface OpenTiers extends AsyncDisposable {
  sql(query: SqlQuery): Promise<SqlAnswer>
  searchAll(query: SearchAllQuery): Promise<SearchAllAnswer>
}

/** Folder or address of the cold tier, a folder relative to where the command runs. */
export const coldPlace = (cold: string, terminal: Terminal): string => (isAddress(cold) ? cold : resolve(terminal.cwd, cold))

/**
 * `cold`: another cold tier than the project's own. A collector reads its own only, so with one running the cold tier is asked here, and
 * only alone. Throws `cli-bad-option`.
 */
export async function openTiers(
  cold: string | undefined,
  terminal: Terminal,
  { coldOnly = false }: { readonly coldOnly?: boolean } = {},
): Promise<OpenTiers> {
  const dataDir = dataDirOf(terminal)
  const found = await findCollector(dataDir, terminal.env)
  if (found.kind === 'alive' && cold === undefined) return remote(found.address)
  if (found.kind === 'alive' && !coldOnly) {
    throw new HindscopeError('cli-bad-option', {
      option: '--cold',
      value: cold ?? '',
      allowed: '"hindscope sql --tier cold" only, while a collector runs',
    })
  }
  const tiers = new Tiers({ dataDir, sessions: sessionsOf(dataDir), ...(cold === undefined ? {} : { cold: coldPlace(cold, terminal) }) })
  return { sql: query => tiers.sql(query), searchAll: query => tiers.searchAll(query), [Symbol.asyncDispose]: () => tiers.close() }
}

function remote(address: CollectorAddress): OpenTiers {
  return {
    // SAFE: our own collector's answers, checked by token
    sql: query => ask(address, 'sql', query) as Promise<SqlAnswer>,
    searchAll: query => ask(address, 'searchAll', query) as Promise<SearchAllAnswer>,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

interface Answer {
  readonly result?: unknown
  readonly error?: { readonly code: string; readonly message: string }
}

async function ask(address: CollectorAddress, method: string, query: object): Promise<unknown> {
  const response = await fetch(apiUrl(address, method), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(query),
  })
  const { result, error } = (await response.json().catch(() => ({}))) as Answer // SAFE: fields are optional; a body that is not JSON is refused below
  if (response.ok && error === undefined) return result
  throw failureOf(address, error, `${response.status} ${response.statusText}`)
}

/** The collector's own words under their code, as if it had happened here. */
function failureOf(address: CollectorAddress, error: Answer['error'], status: string): HindscopeError {
  if (error === undefined) return new HindscopeError('cli-collector-refused', { url: address.url, status, reason: 'no answer' })
  const failure = new HindscopeError(error.code as MessageCode) // SAFE: codes are the same at both ends, and the text is the collector's
  failure.message = error.message
  return failure
}
