/** Offsets to lines and columns. Lines end where ECMAScript says (section 12.3): LF, CR, CR LF, U+2028, U+2029. */
export interface LineColumn {
  /** 1-based. */
  readonly line: number
  /** 0-based UTF-16 units. */
  readonly column: number
}

export interface LineTable {
  at(offset: number): LineColumn
  /** Text of a 1-based line without its terminator, '' when there is no such line. */
  text(line: number): string
  /** Offset of a place; lines that do not exist end the text. */
  offset(line: number, column: number): number
}

/** The table is made at the first question: most modules have a position or two looked up, many none. */
export function createLineTable(code: string): LineTable {
  let known: readonly number[] | undefined
  /** Questions come in source order mostly, so the line of the last one is tried first. */
  let last = 0
  return {
    at(offset) {
      const starts = (known ??= lineStarts(code))
      if (!((starts[last] ?? 0) <= offset && offset < (starts[last + 1] ?? Infinity))) last = lineAt(starts, offset)
      return { line: last + 1, column: offset - (starts[last] ?? 0) }
    },
    text(line) {
      const starts = (known ??= lineStarts(code))
      const start = starts[line - 1]
      return start === undefined ? '' : code.slice(start, starts[line] ?? code.length).replace(/[\n\r\u2028\u2029]+$/, '')
    },
    offset: (line, column) => ((known ??= lineStarts(code))[line - 1] ?? code.length) + column,
  }
}

function lineAt(starts: readonly number[], offset: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}

function lineStarts(code: string): number[] {
  const starts = [0]
  if (/[\r\u2028\u2029]/.test(code)) {
    for (const match of code.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) starts.push(match.index + match[0].length)
    return starts
  }
  for (let at = code.indexOf('\n'); at >= 0; at = code.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}
