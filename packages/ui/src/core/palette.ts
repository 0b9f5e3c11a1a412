/** What the text of the palette asks for: a mode by its first character, and what matches best in it. */

export type PaletteMode = 'all' | 'command' | 'function' | 'event' | 'place' | 'query' | 'help'

export interface PaletteModeWords {
  readonly mode: PaletteMode
  readonly prefix: string
  readonly words: string
  readonly example: string
}

export const PALETTE_MODES: readonly PaletteModeWords[] = [
  { mode: 'all', prefix: '', words: 'Everything', example: 'a name, a value, console text, or a question in the query language' },
  { mode: 'command', prefix: '>', words: 'Commands', example: 'step over' },
  { mode: 'function', prefix: '@', words: 'Functions', example: 'addToCart' },
  { mode: 'event', prefix: '#', words: 'Event', example: '0.1234' },
  { mode: 'place', prefix: ':', words: 'Line or time', example: '8, cart.js:8, 13.02s' },
  { mode: 'query', prefix: '=', words: 'Query', example: 'kind = callEnter and duration > 5ms' },
  { mode: 'help', prefix: '?', words: 'Help', example: '' },
]

export interface PaletteText {
  readonly mode: PaletteMode
  /** Without the prefix. */
  readonly text: string
}

export function parsePalette(input: string): PaletteText {
  const found = PALETTE_MODES.find(({ prefix }) => prefix !== '' && input.startsWith(prefix))
  return found ? { mode: found.mode, text: input.slice(found.prefix.length).trim() } : { mode: 'all', text: input.trim() }
}

/** The same text in another mode, as when a chip is clicked. */
export function inMode(input: string, mode: PaletteMode): string {
  const { text } = parsePalette(input)
  return `${PALETTE_MODES.find(each => each.mode === mode)?.prefix ?? ''}${text}`
}

export interface Ranked<T> {
  /** The best first. */
  readonly items: readonly T[]
  /** How many match. */
  readonly total: number
}

/**
 * Items whose text has all the words: at its beginning, at the beginning of a part, anywhere, or as first letters of its parts (`atc` for
 * `addToCart`), in this order; between equals the given order stays.
 */
export function rank<T>(needle: string, all: readonly T[], textOf: (item: T) => string, limit: number): Ranked<T> {
  const words = needle.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return { items: all.slice(0, limit), total: all.length }
  const scored: { readonly item: T; readonly score: number }[] = []
  for (const item of all) {
    const text = textOf(item)
    let score = 0
    for (const word of words) {
      const part = scoreOf(word, text)
      score = part === 0 ? Number.NEGATIVE_INFINITY : score + part
    }
    if (score > 0) scored.push({ item, score })
  }
  const items = scored.toSorted((a, b) => b.score - a.score).slice(0, limit)
  return { items: items.map(({ item }) => item), total: scored.length }
}

/** 0 = does not match. */
function scoreOf(word: string, text: string): number {
  const lower = text.toLowerCase()
  const at = lower.indexOf(word)
  if (at === 0) return 100 + word.length / text.length
  if (at > 0) return (isPartStart(text, at) ? 80 : 50) + word.length / text.length
  const initials = [...lower].filter((_, i) => isPartStart(text, i)).join('')
  let from = 0
  for (const letter of word) {
    from = initials.indexOf(letter, from) + 1
    if (from === 0) return 0
  }
  return 10 + word.length / initials.length
}

const isPartStart = (text: string, at: number): boolean =>
  at === 0 || /[^\p{L}\p{N}]/u.test(text.charAt(at - 1)) || (/\p{Lu}/u.test(text.charAt(at)) && !/\p{Lu}/u.test(text.charAt(at - 1)))

export type PlaceText =
  | { readonly kind: 'line'; readonly line: number; readonly file?: string }
  /** After the start of the session. */
  | { readonly kind: 'time'; readonly us: number }

const UNIT_US: Readonly<Record<string, number>> = { us: 1, µs: 1, ms: 1000, s: 1_000_000 }

/** `8`, `cart.js:8`, `13.02s`, `20ms`, `+1.5`, `1:02.5s`. */
export function tryParsePlace(text: string): PlaceText | undefined {
  const minutes = /^(\d{1,6}):(\d{1,2}(?:\.\d+)?)\s*s$/.exec(text)
  if (minutes) return { kind: 'time', us: Math.round(Number(minutes[1]) * 60_000_000 + Number(minutes[2]) * 1_000_000) }
  const since = /^\+?(\d{1,12}(?:\.\d+)?)\s*(us|µs|ms|s)$/.exec(text) ?? /^\+(\d{1,12}(?:\.\d+)?)$/.exec(text)
  if (since) return { kind: 'time', us: Math.round(Number(since[1]) * (UNIT_US[since[2] ?? 's'] ?? 0)) }
  const line = /^(?:(.+):)?([1-9]\d{0,8})$/.exec(text)
  return line ? { kind: 'line', line: Number(line[2]), ...(line[1] !== undefined && { file: line[1] }) } : undefined
}
