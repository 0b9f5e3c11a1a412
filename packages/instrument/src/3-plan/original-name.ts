/** The author's names for functions that a compiler renamed: `half2`, `_Money.rate`, `_temp`, `Counter[_computedKey]`, `hidden_fn`. */
import { ANONYMOUS } from '../2-analyze/function-name.ts'
import type { FunctionSite } from '../types.ts'
import type { WrittenFunction } from './locate.ts'

const WORD = /[A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*/g
/** `name =`, `name: Type =` and the attribute `name={` in front of an anonymous function. */
const NAMED_BEFORE = /([#\w$\u0080-\uffff]+)\s*(?:(?::[^=;{}()]*)?[|&?]{0,2}=|=\{)\s*\(*$/
/** Everything up to the last `.` or to a bracket: the class or object, with `get` or `set` in front. */
const OWNER = /^((?:[gs]et )?)(.*?)(?:\.[^.[\]]*|\[.*\])?$/s

export function originalName(site: Pick<FunctionSite, 'name' | 'kind'>, original: WrittenFunction | undefined): string {
  if (!original) return site.name
  const { written, before, content } = original
  const name = site.name.replace(WORD, word => authorsWord(word, content))
  if (written === '') return name !== ANONYMOUS && isKnown(name, content) ? name : (nameBefore(before) ?? ANONYMOUS)
  const key = /^["'].*["']$/s.test(written) ? written.slice(1, -1) : written
  if (site.kind === 'function' || site.kind === 'arrow') return name === key || endsWith(name, key) ? name : key
  const [, prefix = '', owner = ''] = OWNER.exec(name) ?? []
  return prefix + owner + (key.startsWith('[') ? key : `.${key}`)
}

/** PERF: the expression goes back to each word in turn; few functions have the equals sign that it takes. */
const nameBefore = (before: string): string | undefined => (MAYBE_NAMED.test(before.slice(-8)) ? NAMED_BEFORE.exec(before)?.[1] : undefined)
const MAYBE_NAMED = /(?:=|=\{)\s*\(*$|^\s*\(*$/

const endsWith = (name: string, key: string): boolean => name.endsWith(`.${key}`) || name.endsWith(key.startsWith('[') ? key : ` ${key}`)

/**
 * Compilers put underscores in front and numbers behind.
 * PERF: a word that is not there costs a search of the whole file, and `(anonymous)` is the name of most functions – bench/instrument/build-time.bench.mjs
 */
function authorsWord(word: string, content: string): string {
  const [bare, unnumbered] = [word.replace(/^_+/, ''), word.replace(/\$?\d+$/, '')]
  if (KNOWN.has(word) || (bare === word && unnumbered === word) || hasWord(content, word)) return word
  const plain = [bare, unnumbered, bare.replace(/\$?\d+$/, '')]
  return plain.find(candidate => candidate !== '' && candidate !== word && hasWord(content, candidate)) ?? word
}

function hasWord(content: string, word: string): boolean {
  for (let at = content.indexOf(word); at >= 0; at = content.indexOf(word, at + 1)) {
    if (!/[\w$]/.test(content[at - 1] ?? ' ') && !/[\w$]/.test(content[at + word.length] ?? ' ')) return true
  }
  return false
}

const isKnown = (name: string, content: string): boolean => (name.match(WORD) ?? []).every(word => KNOWN.has(word) || hasWord(content, word))
/** Words of ours and of the language that need not stand in the source. */
const KNOWN: ReadonlySet<string> = new Set(['anonymous', 'default', 'static', 'constructor', 'get', 'set', 'this', 'new', 'ƒ'])
