/** Diagnostics as data: every message has a stable code, says what happened, where, and what to do. Texts: docs/messages/*.md. */
import { MESSAGES } from './messages.ts'
import type { MessageCode } from './messages.ts'

export type { MessageCode } from './messages.ts'

export interface Diagnostic {
  readonly code: MessageCode
  readonly severity: 'error' | 'warning' | 'info'
  /** What happened, with its parameters filled in. */
  readonly message: string
  /** What to do about it. */
  readonly fix: string
  readonly file?: string
  /** 1-based line and 0-based column in `file`. */
  readonly line?: number
  readonly column?: number
  /** A few lines of source with a caret, for build messages. */
  readonly frame?: string
}

export type MessageParams = Readonly<Record<string, string>>

const fill = (template: string, params: MessageParams): string => template.replace(/\{(\w+)\}/g, (whole, name: string) => params[name] ?? whole)

/** The only error class. Text form: `[hindscope:code] what happened. What to do.` */
export class HindscopeError extends Error {
  override readonly name = 'HindscopeError'
  readonly code: MessageCode
  readonly fix: string

  constructor(code: MessageCode, params: MessageParams = {}, options?: ErrorOptions) {
    // A build for pages leaves the texts out: there the code and the parameters have to do.
    const text: (typeof MESSAGES)[MessageCode] | undefined = MESSAGES[code]
    super(`[hindscope:${code}] ${text ? fill(`${text.why} ${text.fix}`, params) : Object.values(params).join(' ')}`, options)
    this.code = code
    this.fix = fill(text?.fix ?? '', params)
  }
}

export type DiagnosticPlace = Pick<Diagnostic, 'file' | 'line' | 'column' | 'frame'>

export function diagnostic(code: MessageCode, severity: Diagnostic['severity'], params: MessageParams = {}, place: DiagnosticPlace = {}): Diagnostic {
  const { why, fix } = MESSAGES[code]
  return { code, severity, message: fill(why, params), fix: fill(fix, params), ...place }
}

/** `file:line:column warning [hindscope:code] message fix`, then the code frame. */
export function formatDiagnostic(d: Diagnostic): string {
  const place = d.file === undefined ? '' : `${d.file}${d.line === undefined ? '' : `:${d.line}:${(d.column ?? 0) + 1}`} `
  return `${place}${d.severity} [hindscope:${d.code}] ${d.message} ${d.fix}${d.frame === undefined ? '' : `\n${d.frame}`}`
}

/** A few lines around the place, with a caret under the column. */
export function codeFrame(source: string, line: number, column: number): string {
  const lines = source.split(/\r\n|[\n\r\u2028\u2029]/)
  const first = Math.max(1, line - 2)
  const last = Math.min(lines.length, line + 1)
  const width = String(last).length
  const rows: string[] = []
  for (let n = first; n <= last; n++) {
    rows.push(`${n === line ? '>' : ' '} ${String(n).padStart(width)} | ${(lines[n - 1] ?? '').slice(0, 160)}`)
    if (n === line && column < 160) rows.push(`  ${' '.repeat(width)} | ${' '.repeat(column)}^`)
  }
  return rows.join('\n')
}
