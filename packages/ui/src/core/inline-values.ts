/**
 * `≈` instead of `=` marks what a closure wrote to the variable of this call or of another call of the same function.
 *
 * What stands at the line ends of the source for one call at one moment: per line and name the last value at or before the moment;
 * values that come later are shown too, marked as such, so that entering a call already tells how it will go.
 */
import type { EventRef, LineValue } from '@hindscope/protocol'

export interface InlineValue {
  readonly ref: EventRef
  readonly line: number
  readonly text: string
  readonly tone: 'plain' | 'result' | 'error'
  readonly later: boolean
  /** Values that this name had on this line during the call. */
  readonly times: number
  readonly current: boolean
}

const MAX_CHARACTERS = 80
const MAX_PER_LINE = 5

interface Candidate {
  readonly value: LineValue
  readonly times: number
}

export function inlineValues(values: readonly LineValue[], at: EventRef): ReadonlyMap<number, readonly InlineValue[]> {
  const byLine = new Map<number, Map<string, Candidate>>()
  for (const value of values) {
    const names = byLine.get(value.line) ?? new Map<string, Candidate>()
    byLine.set(value.line, names)
    const before = names.get(value.name)
    // Values come in order of time: a later one replaces the earlier while it is not after the moment.
    const replaces = !before || (value.ref.track === at.track && value.ref.seq <= at.seq)
    names.set(value.name, { value: replaces ? value : before.value, times: (before?.times ?? 0) + 1 })
  }
  const lines = new Map<number, readonly InlineValue[]>()
  for (const [line, names] of byLine)
    lines.set(
      line,
      [...names.values()].slice(-MAX_PER_LINE).map(candidate => inlineOf(candidate, at)),
    )
  return lines
}

function inlineOf({ value, times }: Candidate, at: EventRef): InlineValue {
  const tone = toneOfName(value)
  const label =
    tone === 'result' ? '→ ' : tone === 'error' ? '✕ ' : value.name === 'await' ? '↻ await ' : `${value.name} ${value.uncertain ? '≈' : '='} `
  const text = `${label}${value.preview}`
  return {
    ref: value.ref,
    line: value.line,
    text: text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS - 1)}…` : text,
    tone,
    later: value.ref.track === at.track && value.ref.seq > at.seq,
    times,
    current: value.ref.track === at.track && value.ref.seq === at.seq,
  }
}

/** Names that the engine gives to what is no binding; both are reserved words, so no binding can have them. */
const toneOfName = (value: LineValue): InlineValue['tone'] => (value.name === 'return' ? 'result' : value.name === 'throw' ? 'error' : 'plain')
