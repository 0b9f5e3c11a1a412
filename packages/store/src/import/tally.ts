/** What an import did not understand, and what it had to change: everything that is left out is counted. */
import { diagnostic } from '@hindscope/protocol'
import type { Diagnostic, MessageCode, MessageParams } from '@hindscope/protocol'

export interface Ignored {
  /** In words of the foreign format: `event without ts`, `phase N`, `field explain_sql`. */
  readonly what: string
  readonly count: number
}

/** Kinds that are told apart; a hostile file may have any number. */
const MAX_KINDS = 200
const OTHERS = 'others'

export class Tally {
  readonly problems: Diagnostic[] = []
  private readonly counts = new Map<string, number>()

  ignore(what: string, count = 1): void {
    const kind = this.counts.has(what) || this.counts.size < MAX_KINDS ? what.slice(0, 120) : OTHERS
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + count)
  }

  problem(code: MessageCode, params: MessageParams): void {
    this.problems.push(diagnostic(code, 'warning', params))
  }

  /** Most frequent first. */
  ignored(): readonly Ignored[] {
    return [...this.counts].map(([what, count]) => ({ what, count })).sort((a, b) => b.count - a.count || (a.what < b.what ? -1 : 1))
  }
}
