/**
 * Arguments of an action as they may be recorded. They have no names of their own, so what a function takes under a name that is masked is
 * masked: `login(user, password)`.
 */
import { functionText, isArray, stringSlice } from '../recorder/intrinsics.ts'
import { REDACTED_VALUE } from '../recorder/value-snapshot.ts'

/** Lists of parameters are short; what is longer is not read. */
const MAX_TEXT = 2000
const MAX_CLASS = 100_000
const MAX_ARGUMENTS = 50
const PLAIN_NAME = /^[\w$]+$/
const SKIPPED = /\/\*[^]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g
const NAME = /^\s*(?:\.\.\.)?([\p{ID_Start}$_][\p{ID_Continue}$]*)/u
const ONE = /^(?:async\s+)?([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*=>/u

/** One argument stands for itself; more of them, or one that is a list, are a list. `none` where there is none. `names`: those of the parameters. */
export function shownArguments<T>(
  names: readonly (string | undefined)[],
  args: readonly unknown[],
  isRedacted: (name: string) => boolean,
  none: T,
): unknown {
  if (args.length === 0) return none
  const shown: unknown[] = []
  for (let i = 0; i < args.length && i < MAX_ARGUMENTS; i++) {
    const name = names[i]
    shown[i] = name !== undefined && isRedacted(name) ? REDACTED_VALUE : args[i]
  }
  return shown.length === 1 && shown[0] !== undefined && !isArray(shown[0]) ? shown[0] : shown
}

export const namesOfFunction = (taker: unknown): (string | undefined)[] => (typeof taker === 'function' ? parameterNames(functionText(taker)) : [])

/** Of a method in the text of its class: a method that was replaced since does not show its own. */
export function namesOfMethod(maker: unknown, method: string): (string | undefined)[] {
  if (typeof maker !== 'function' || !PLAIN_NAME.test(method)) return []
  const text = stringSlice(functionText(maker), 0, MAX_CLASS)
  const at = new RegExp(`(?:^|[^.\\w$])${method.replaceAll('$', '\\$&')}\\s*(?:=\\s*(?:async\\s*)?(?:function\\b[^(]{0,50})?)?\\(`).exec(text)
  return at === null ? [] : parameterNames(stringSlice(text, at.index + 1, MAX_CLASS))
}

/** Names by place; undefined for patterns. */
export function parameterNames(text: string): (string | undefined)[] {
  const head = stringSlice(text, 0, MAX_TEXT).replace(SKIPPED, ' ')
  const one = ONE.exec(head)
  if (one !== null) return [one[1]]
  const names: (string | undefined)[] = []
  let depth = 0
  let from = -1
  for (let i = 0; i < head.length; i++) {
    const character = head.charAt(i)
    if ('([{'.includes(character)) {
      if (depth++ === 0 && character === '(') from = i + 1
    } else if (')]}'.includes(character) || (character === ',' && depth === 1)) {
      if (character !== ',') depth--
      if (from < 0 || depth > (character === ',' ? 1 : 0)) continue
      const part = head.slice(from, i)
      if (part.trim() !== '') names.push(NAME.exec(part)?.[1])
      from = i + 1
      if (character === ')') return names
    }
  }
  return names
}
