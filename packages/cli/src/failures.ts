/** Failures as text for people or JSON for programs. */
import { HindscopeError } from '@hindscope/protocol'
import { ExitCode } from './exit-code.ts'
import type { Terminal } from './terminal.ts'

const isUsage = (error: unknown): boolean => error instanceof HindscopeError && error.code === 'cli-bad-option'

/** Says what went wrong and gives the exit code for it. */
export function reportFailure(error: unknown, terminal: Terminal, { json }: { readonly json: boolean }): ExitCode {
  const code = error instanceof HindscopeError ? error.code : 'unexpected'
  const message = error instanceof HindscopeError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)
  terminal.note(json ? JSON.stringify({ error: { code, message } }) : message)
  return isUsage(error) ? ExitCode.usage : ExitCode.problem
}
