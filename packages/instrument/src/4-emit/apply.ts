/** Applies insertions in order. */
export interface Edit {
  readonly offset: number
  /** Rank among edits at the same offset; see Nesting. */
  readonly order: number
  readonly text: string
}

export interface Span {
  readonly offset: number
  readonly text: string
}

/** One delimited span per offset, in source order. */
export function mergeEdits(edits: readonly Edit[], delimiter: string): Span[] {
  const sorted = [...edits].sort((a, b) => a.offset - b.offset || a.order - b.order)
  const spans: { offset: number; text: string }[] = []
  let last: { offset: number; text: string } | undefined
  for (const { offset, text } of sorted) {
    if (last?.offset === offset) last.text += text
    else spans.push((last = { offset, text }))
  }
  for (const span of spans) span.text = delimiter + span.text + delimiter
  return spans
}

export function insertSpans(code: string, spans: readonly Span[]): string {
  const parts: string[] = []
  let from = 0
  for (const { offset, text } of spans) {
    parts.push(code.slice(from, offset), text)
    from = offset
  }
  parts.push(code.slice(from))
  return parts.join('')
}
