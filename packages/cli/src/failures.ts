/** Failures as text for people or JSON for programs. */
import { HindscopeError, isQuerySyntaxError } from '@hindscope/protocol'
import { ExitCode } from './exit-code.ts'
import type { Terminal } from './terminal.ts'

/** What was asked for does not exist or does not go together: asking again gives the same. */
const USAGE: ReadonlySet<string> = new Set([
  'cli-bad-option',
  'export-empty',
  'export-no-calls',
  'export-one-track',
  'export-track-unknown',
  'expression-syntax',
  'expression-unsupported',
  'query-syntax',
  'sql-failed',
  'sql-not-allowed',
  'subscription-future',
  'subscription-query',
])

const isUsage = (error: unknown): boolean => error instanceof HindscopeError && USAGE.has(error.code)

/** Says what went wrong and gives the exit code for it. */
export function reportFailure(error: unknown, terminal: Terminal, { json }: { readonly json: boolean }): ExitCode {
  const code = error instanceof HindscopeError ? error.code : 'unexpected'
  const message = error instanceof HindscopeError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)
  terminal.note(json ? JSON.stringify({ error: { code, message, ...(isQuerySyntaxError(error) ? { details: error.details } : {}) } }) : message)
  return isUsage(error) ? ExitCode.usage : ExitCode.problem
}
