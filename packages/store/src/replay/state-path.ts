/** Paths of state changes, as JavaScript reads them: `items[0].price`, `['a-b'].c`. */

const PART = /\.?([\p{ID_Start}$_#][\p{ID_Continue}$\u200c\u200d]*)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/suy
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|(.))/gsu
const SHORT: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

/** Keys and indexes from the root on. A text that is no path is one key: stores may have been told by other means. */
export function keysOfPath(path: string): readonly string[] {
  const keys: string[] = []
  PART.lastIndex = 0
  while (PART.lastIndex < path.length) {
    const [part, name, index, single, double] = PART.exec(path) ?? []
    if (part === undefined || (keys.length === 0 && part.startsWith('.'))) return [path]
    keys.push(name ?? index ?? unescaped(single ?? double ?? ''))
  }
  return keys
}

const unescaped = (text: string): string =>
  text.replace(ESCAPE, (_, code: string | undefined, character: string) =>
    code === undefined ? (SHORT[character] ?? character) : String.fromCharCode(Number.parseInt(code, 16)),
  )

const NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u

/** As JavaScript reads it: the other way round. */
export const pathText = (keys: readonly string[]): string =>
  keys.reduce((path, key) => {
    if (isIndex(key)) return `${path}[${key}]`
    if (NAME.test(key)) return path === '' ? key : `${path}.${key}`
    return `${path}[${JSON.stringify(key)}]`
  }, '')

export const isIndex = (key: string): boolean => /^(?:0|[1-9]\d{0,9})$/.test(key)

/**
 * What a change of one path means for another: `inside` of it or it itself; `around` it, so that what is there may be another now; `length` of
 * an array that it leads into; nothing.
 */
export type PathRelation = 'inside' | 'around' | 'length' | 'apart'

export function relationOf(changed: readonly string[], to: readonly string[]): PathRelation {
  const shared = Math.min(changed.length, to.length)
  for (let i = 0; i < shared; i++) {
    if (changed[i] === to[i]) continue
    return i === changed.length - 1 && changed[i] === 'length' && isIndex(to[i] ?? '') ? 'length' : 'apart'
  }
  return changed.length >= to.length ? 'inside' : 'around'
}
