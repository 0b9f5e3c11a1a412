/** What of headers, cookies and addresses is a secret, told to the recorder before anything of it is recorded. */
import { MAX_REDACTED_NAME } from '@hindscope/protocol'
import {
  charCodeAt,
  decodeBase64,
  decodeUri,
  isArray,
  keysOf,
  lowerCase,
  ownDescriptor,
  reflectApply,
  stringIndexOf,
  stringSlice,
} from '../recorder/intrinsics.ts'
import { isDigit } from '../recorder/redaction/characters.ts'
import type { RecorderAccess } from './adapter.ts'

/** Whether `taintHeader` looks at headers of this name, in lower case. */
export const canHoldSecrets = (recorder: RecorderAccess, key: string): boolean => key === 'cookie' || key === 'set-cookie' || recorder.isRedacted(key)

/** Header values of other names that the list of names has. */
export function taintHeader(recorder: RecorderAccess, name: string, value: string): void {
  const key = lowerCase(name)
  if (key === 'cookie') taintCookies(recorder, value, ';')
  else if (key === 'set-cookie') taintCookies(recorder, stringSlice(value, 0, endOf(value, ';')), ';')
  else if (recorder.isTainting('headers') && recorder.isRedacted(name)) {
    recorder.taint(value, `header ${key}`)
    const blank = stringIndexOf(value, ' ', 0)
    if (blank < 0) return
    const credentials = stringSlice(value, blank + 1, value.length)
    recorder.taint(credentials, `header ${key}`)
    if (lowerCase(stringSlice(value, 0, blank)) === 'basic') taintBasic(recorder, credentials, key)
  }
}

/** Headers as `fetch` takes them: a list of pairs or a plain object. Nothing of the program's runs; `Headers` are read by their own `forEach`. */
export function taintFetchHeaders(recorder: RecorderAccess, headers: unknown): void {
  if (typeof headers !== 'object' || headers === null) return
  const keys = keysOf(headers)
  for (let i = 0; i < keys.length; i++) {
    const value: unknown = ownDescriptor(headers, keys[i] as string)?.value // SAFE: i is below the length
    if (typeof value === 'string') taintHeader(recorder, String(keys[i]), value)
    else if (isArray(value)) taintHeaderList(recorder, [ownDescriptor(value, 0)?.value, ownDescriptor(value, 1)?.value])
  }
  try {
    reflectApply(Headers.prototype.forEach, headers as Headers, [(value: string, name: string) => taintHeader(recorder, name, value)]) // SAFE: it throws for anything else
  } catch {
    // SAFE: not Headers, or none in this realm.
  }
}

function taintBasic(recorder: RecorderAccess, credentials: string, header: string): void {
  let pair = ''
  try {
    pair = decodeBase64(credentials)
  } catch {
    return // SAFE: what is not Base64 was tainted as it is.
  }
  const colon = stringIndexOf(pair, ':', 0)
  if (colon >= 0) recorder.taint(stringSlice(pair, colon + 1, pair.length), `header ${header}`)
}

/** A list of names and values: as Node has them raw, or as entries. */
export function taintHeaderList(recorder: RecorderAccess, list: readonly unknown[]): void {
  for (let i = 0; i + 1 < list.length; i += 2) {
    const name = list[i]
    const value = list[i + 1]
    if (typeof name === 'string' && typeof value === 'string') taintHeader(recorder, name, value)
  }
}

/** Of `a=b; c=d`: values whose names are secret, and those that look made by chance. A preference like `theme=dark` is none. */
export function taintCookies(recorder: RecorderAccess, text: string, separator: string): void {
  if (!recorder.isTainting('cookies')) return
  eachPair(text, separator, (name, value) => {
    if (recorder.isRedacted(name) || isSessionName(name) || isRandom(value)) taintWithPlain(recorder, value, `cookie ${name}`)
  })
}

/** Query parameters with secret names, of an address or the target of a request. */
export function taintQuery(recorder: RecorderAccess, address: string): void {
  const start = stringIndexOf(address, '?', 0)
  if (start < 0 || !recorder.isTainting('query')) return
  const query = stringSlice(address, start + 1, address.length)
  eachPair(stringSlice(query, 0, endOf(query, '#')), '&', (name, value) => {
    if (recorder.isRedacted(name)) taintWithPlain(recorder, value, `query ${name}`)
  })
}

function eachPair(text: string, separator: string, tell: (name: string, value: string) => void): void {
  for (let from = 0; from < text.length;) {
    const to = stringIndexOf(text, separator, from)
    const end = to < 0 ? text.length : to
    while (from < end && charCodeAt(text, from) === 0x20) from++
    const pair = stringSlice(text, from, end)
    const equals = stringIndexOf(pair, '=', 0)
    if (equals > 0) tell(stringSlice(stringSlice(pair, 0, equals), 0, MAX_REDACTED_NAME), stringSlice(pair, equals + 1, pair.length))
    from = end + 1
  }
}

/** The program decodes what it reads. */
function taintWithPlain(recorder: RecorderAccess, value: string, rule: string): void {
  recorder.taint(value, rule)
  if (stringIndexOf(value, '%', 0) < 0) return
  try {
    recorder.taint(decodeUri(value), rule)
  } catch {
    // SAFE: a percent sign that encodes nothing; the value was tainted as it is.
  }
}

const SESSION_NAMES = ['sess', 'sid', 'auth', 'token', 'jwt', 'csrf', 'xsrf', 'remember'] as const
function isSessionName(name: string): boolean {
  const text = lowerCase(name)
  for (let i = 0; i < SESSION_NAMES.length; i++) if (stringIndexOf(text, SESSION_NAMES[i] as string, 0) >= 0) return true // SAFE: i is below the length
  return false
}

function isRandom(value: string): boolean {
  if (value.length < 16) return false
  let digits = 0
  for (let i = 0; i < value.length; i++) if (isDigit(charCodeAt(value, i))) digits++
  return digits > 1 && digits < value.length && stringIndexOf(value, ' ', 0) < 0
}

const endOf = (text: string, end: string): number => {
  const at = stringIndexOf(text, end, 0)
  return at < 0 ? text.length : at
}
