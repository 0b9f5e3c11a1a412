/**
 * The protocol's redaction test as the snapshot needs it: it is asked for every property name, so it remembers the answers, and it calls
 * nothing that the program could have patched unless a name is not ASCII.
 */
import { DEFAULT_REDACTED_NAMES, MAX_REDACTED_NAME, REDACTED_NAME_ENDS, redactionKey } from '@hindscope/protocol'
import { SafeMap, charCodeAt, fromCharCode, stringStartsWith } from './intrinsics.ts'

const MAX_REMEMBERED = 4096

export function createNameTest(extra: readonly string[]): (name: string) => boolean {
  const masked = new SafeMap<string, true>()
  for (const name of DEFAULT_REDACTED_NAMES) masked.set(name, true)
  for (const name of extra) masked.set(redactionKey(name), true)
  const answers = new SafeMap<string, boolean>()
  return name => {
    const known = answers.get(name)
    if (known !== undefined) return known
    const key = name.length <= MAX_REDACTED_NAME ? keyOf(name) : ''
    const answer = masked.has(key) || hasEnd(key)
    if (answers.size < MAX_REMEMBERED) answers.set(name, answer)
    return answer
  }
}

function hasEnd(key: string): boolean {
  for (let i = 0; i < REDACTED_NAME_ENDS.length; i++) {
    const end = REDACTED_NAME_ENDS[i] as string // SAFE: i is below the length
    if (key.length >= end.length && stringStartsWith(key, end, key.length - end.length)) return true
  }
  return false
}

/** `redactionKey` for ASCII names: letters and digits, in lower case. */
function keyOf(name: string): string {
  let key = ''
  for (let i = 0; i < name.length; i++) {
    const unit = charCodeAt(name, i)
    if (unit > 0x7f) return redactionKey(name)
    const isUpper = unit >= 0x41 && unit <= 0x5a
    const isKept = isUpper || (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39)
    if (isKept) key += fromCharCode(isUpper ? unit + 32 : unit)
  }
  return key
}
