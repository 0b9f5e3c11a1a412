/** Output as pieces: every format is a generator of small texts, joined here to what is worth a write, so that no trace becomes one string. */

/** What a format yields: text in UTF-8, or bytes. */
export type ExportPiece = string | Uint8Array<ArrayBuffer>

const PIECE_LENGTH = 65_536

/** The same text in pieces of at least 64 Ki units of UTF-16, except the last. No item is cut, so no surrogate pair is. */
export function* inPieces(texts: Iterable<string>): Generator<string> {
  let piece = ''
  for (const text of texts) {
    piece += text
    if (piece.length < PIECE_LENGTH) continue
    yield piece
    piece = ''
  }
  if (piece !== '') yield piece
}

/** Items of a JSON array, one a line, without the brackets. */
export function* listed(items: Iterable<string>): Generator<string> {
  let before = '\n'
  for (const item of items) {
    yield before + item
    before = ',\n'
  }
}

/** Numbers of a JSON array without the brackets. */
export function* listedNumbers(length: number, at: (index: number) => number): Generator<string> {
  for (let i = 0; i < length; i++) yield i === 0 ? `${at(i)}` : `,${at(i)}`
}

/** Microseconds with at most three decimals: what is finer is noise of doubles this far from 1970. */
export const roundUs = (us: number): number => Math.round(us * 1000) / 1000

/**
 * JSON that strict readers take. JavaScript's strings may hold half a surrogate pair, which JSON.stringify writes as an escape that
 * protobuf's, Perfetto's and other parsers refuse together with the whole file: it becomes U+FFFD, as in UTF-8.
 */
export function jsonText(value: object | string): string {
  const text = JSON.stringify(value)
  // Only halves are escaped so; two backslashes are one of the text itself.
  return text.includes('\\ud') ? text.replace(/\\(?:\\|ud[89a-f][0-9a-f]{2})/g, escape => (escape.length === 2 ? escape : '\ufffd')) : text
}
