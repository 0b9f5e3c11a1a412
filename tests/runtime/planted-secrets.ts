/** Secrets of every kind, where programs put them, and the search for them in the bytes of a trace. */
import { TOKEN_CHARACTERS, TOKEN_FORMS } from '@hindscope/protocol'

export interface Random {
  (below: number): number
}

/** The same numbers for the same seed (xorshift32). */
export function createRandom(seed: number): Random {
  let state = seed | 1
  return below => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

const pick = <T>(random: Random, list: readonly T[]): T => list[random(list.length)] as T // SAFE: below the length
export const textOf = (random: Random, alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[random(alphabet.length)]).join('')

const ALNUM = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const PRINTABLE = `${ALNUM}!#$%&()*+,-./:;<=>?@[]^_{|}~`

/** A password or key without any form: 8 to 60 characters, some of them awkward in JSON, addresses or UTF-8. */
export function secretText(random: Random): string {
  const alphabet = pick(random, [ALNUM, ALNUM, PRINTABLE, `${PRINTABLE}"'\\ `, `${ALNUM}äßλ中🙂`.replace('🙂', '')])
  return `${textOf(random, ALNUM, 4)}${textOf(random, alphabet, 8 + random(52))}${textOf(random, ALNUM, 2)}`
}

function charactersOf(ranges: string): string {
  let characters = ''
  for (let unit = 33; unit < 127; unit++)
    if (new RegExp(`[${ranges.replace('+/=-', '+/=\\-')}]`).test(String.fromCharCode(unit))) characters += String.fromCharCode(unit)
  return characters
}

/** A token of one of the built-in forms, with a body made by chance. */
export function tokenText(random: Random): string {
  const kind = random(5)
  if (kind === 0) return `eyJ${textOf(random, ALNUM, 30)}.eyJ${textOf(random, `${ALNUM}-_`, 40 + random(400))}.${textOf(random, `${ALNUM}-_`, 43)}`
  if (kind === 1) return `-----BEGIN PRIVATE KEY-----\n${textOf(random, ALNUM, 64)}\n${textOf(random, ALNUM, 64)}\n-----END PRIVATE KEY-----`
  const [, characters = '', least = '', most = '', , ...prefixes] = pick(
    random,
    TOKEN_FORMS.split('\n').filter(line => !/^(bearer|basic)/.test(line)),
  ).split(' ')
  const length = Number(most) || Number(least) + random(20)
  return pick(random, prefixes) + textOf(random, ALNUM, 0) + mixed(random, charactersOf(TOKEN_CHARACTERS[characters] ?? ''), length)
}

/** Ends in what can end a token. */
const mixed = (random: Random, alphabet: string, length: number): string => {
  const plain = alphabet.replace(/[^A-Za-z0-9]/g, '')
  return textOf(random, alphabet, length - 2) + (plain.includes('G') ? 'G7' : textOf(random, plain, 2))
}

/** Expressions of a program that hold the secret `s`; each is recorded as an argument and a result. */
export const POSITIONS: readonly string[] = [
  's',
  '`before ${s} after`',
  '[1, [s, { a: s }]]',
  '({ a: { b: { c: s } } })',
  '({ [s]: 1 })',
  '({ [`x ${s}`]: { y: 1 } })',
  'new Map([[s, 1], [2, s]])',
  'new Set([s])',
  'new Map([[{ k: s }, [s]]])',
  '"x".repeat(500) + " " + s',
  '"x".repeat(511 - (s.length >> 1)) + " " + s + " rest".repeat(100)',
  '"x".repeat(505) + " " + s + " rest".repeat(1000)',
  '"x".repeat(509) + " " + s + " rest"',
  '({ text: "y ".repeat(250) + s + " z".repeat(300) })',
  'new Error(`failed for ${s}`)',
  'new Error("outer", { cause: new TypeError(s) })',
  'Object.assign(new Error("e"), { detail: s })',
  'Object.assign(new Error("e"), { stack: `Error: ${s}\\n    at f (${s})` })',
  'Object.defineProperty(new Error("e"), "name", { value: s })',
  'new AggregateError([new Error(s)], s)',
  'Object.defineProperty(() => {}, "name", { value: s })',
  'new (Object.defineProperty(class {}, "name", { value: s }))()',
  'Symbol(s)',
  '({ [Symbol(s)]: s })',
  'new String(s)',
  'Buffer.from(s)',
  'Buffer.from(`${"x".repeat(40)} ${s}`)',
  'Buffer.from(`${"x".repeat(60)} ${s}`)',
  'Buffer.from(`ab ${s} cd`, "latin1").length > 0 && new TextEncoder().encode(` ${s} `)',
  'Buffer.from(s, "utf16le")',
  'new TextEncoder().encode(s).buffer',
  'new DataView(new TextEncoder().encode(s).buffer)',
  'JSON.stringify({ value: s })',
  'JSON.stringify(JSON.stringify({ value: s }))',
  'encodeURIComponent(s)',
  '`https://example.org/a/${encodeURIComponent(s)}/b?x=1`',
  'new URLSearchParams({ x: s }).toString()',
  '`https://example.org/?access_token=${encodeURIComponent(s)}&x=1`',
  '`https://user:${encodeURIComponent(s)}@example.org/x`',
  '`{"password":${JSON.stringify(s)},"x":1}`',
  '`Authorization: Bearer ${s}`',
  '({ password: s, headers: { authorization: `Bearer ${s}` } })',
  '(function () { return arguments })(s)',
  'Object.create(null, { v: { value: s, enumerable: true } })',
  'new Proxy({ v: s }, {})',
  'Promise.resolve(s)',
  'Object.freeze({ v: Object.freeze([s]) })',
]

/** What a leak looks like in bytes: the secret whole, its start where a limit cut it, as bytes of UTF-8 and UTF-16, in JSON and addresses. */
export function leaksOf(secret: string, bytes: Uint8Array): string[] {
  const trace = Buffer.from(bytes)
  const core = coreOf(secret)
  const forms: Record<string, Buffer> = {
    whole: Buffer.from(secret),
    start: Buffer.from(core.slice(0, 12)),
    end: Buffer.from(core.slice(-12)),
    json: Buffer.from(JSON.stringify(secret).slice(1, -1)),
    address: Buffer.from(encodeURIComponent(secret)),
    utf16: Buffer.from(secret, 'utf16le'),
    utf16start: Buffer.from(core.slice(0, 12), 'utf16le'),
  }
  return Object.entries(forms).flatMap(([form, bytesOf]) => {
    const at = trace.indexOf(bytesOf)
    return at < 0 ? [] : [`${form} of ${JSON.stringify(secret)}: …${trace.subarray(Math.max(0, at - 40), at + 60).toString('latin1')}…`]
  })
}

/** Without the parts that everybody knows. */
const coreOf = (secret: string): string => (secret.startsWith('-----BEGIN') ? (secret.split('\n')[1] ?? '') : secret)
