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
}

export function createLineTable(code: string): LineTable {
  const starts = [0]
  for (const match of code.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) starts.push(match.index + match[0].length)
  return {
    at(offset) {
      let low = 0
      let high = starts.length - 1
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if ((starts[middle] ?? 0) <= offset) low = middle
        else high = middle - 1
      }
      return { line: low + 1, column: offset - (starts[low] ?? 0) }
    },
    text(line) {
      const start = starts[line - 1]
      return start === undefined ? '' : code.slice(start, starts[line] ?? code.length).replace(/[\n\r\u2028\u2029]+$/, '')
    },
  }
}
