/** Secrets that a Node process starts with or is given later: its environment and its arguments. */
import type { Adapter, RecorderAccess } from '../adapters/adapter.ts'
import { taintQuery } from '../adapters/secret-values.ts'
import { SafeMap, keysOf, lowerCase, ownDescriptor, stringIndexOf, stringSlice } from '../recorder/intrinsics.ts'
import { WORD, runEnd } from '../recorder/redaction/characters.ts'

/** Words of a variable's name that say that its value is secret. */
const WORDS = new SafeMap<string, true>()
for (const word of 'secret secrets token tokens password passwords passwd passphrase pass pwd key apikey credential credentials auth authorization cookie dsn salt pin jwt private webhook'.split(
  ' ',
))
  WORDS.set(word, true)
/** Names that have such a word and say where or whether instead. */
const HARMLESS = new SafeMap<string, true>()
for (const name of ['pwd', 'oldpwd', 'init_cwd', 'ssh_auth_sock', 'xauthority', 'gpg_key', 'public_key']) HARMLESS.set(name, true)
const ADDRESSES = ['url', 'uri', 'dsn', 'host', 'endpoint', 'connection', 'proxy', 'redis', 'mongo', 'database', 'registry']

export const secretSourcesAdapter: Adapter = {
  id: 'secret-sources',
  attach(recorder) {
    if (recorder.isTainting('argv')) taintArguments(recorder, process.argv)
    if (recorder.isTainting('env')) {
      const read = readEnvironment(recorder, process.env)
      read()
      // Loaders of .env files set variables while the program runs.
      recorder.onSeal(read)
    }
    return undefined
  },
}

/** Reads Node's own object of the environment, whatever the program puts in its place: values there are texts and nothing runs. */
function readEnvironment(recorder: RecorderAccess, env: object): () => void {
  const verdicts = new SafeMap<string, 'secret' | 'address' | 'none'>()
  const seen = new SafeMap<string, string>()
  return () => {
    const names = keysOf(env)
    for (let i = 0; i < names.length; i++) {
      const name = names[i] as string // SAFE: the environment has no symbols
      let verdict = verdicts.get(name)
      if (verdict === undefined) {
        verdict = isSecretName(recorder, name) ? 'secret' : isAddressName(name) ? 'address' : 'none'
        verdicts.set(name, verdict)
      }
      if (verdict === 'none') continue
      const value: unknown = ownDescriptor(env, name)?.value
      if (typeof value !== 'string' || seen.get(name) === value) continue
      seen.set(name, value)
      taintVariable(recorder, name, value, verdict)
    }
  }
}

function taintVariable(recorder: RecorderAccess, name: string, value: string, verdict: 'secret' | 'address'): void {
  const rule = `env ${name}`
  if (verdict === 'secret') recorder.taint(value, rule)
  try {
    const { password, username } = new URL(value)
    if (password !== '') recorder.taint(decodeURIComponent(password), rule)
    if (password === '' && username.length >= 12) recorder.taint(username, rule)
    taintQuery(recorder, value)
  } catch {
    // SAFE: not an address.
  }
  // Keys with line breaks are often written with escapes and read with real ones.
  if (verdict === 'secret' && stringIndexOf(value, '\\n', 0) >= 0) recorder.taint(value.replaceAll('\\n', '\n'), rule)
}

function isSecretName(recorder: RecorderAccess, name: string): boolean {
  const text = lowerCase(name)
  if (HARMLESS.has(text)) return false
  if (recorder.isRedacted(name)) return true
  for (let from = 0; from < text.length;) {
    const end = runEnd(text, from, WORD)
    if (WORDS.has(stringSlice(text, from, end))) return true
    from = end + 1
  }
  return false
}

function isAddressName(name: string): boolean {
  const text = lowerCase(name)
  for (let i = 0; i < ADDRESSES.length; i++) if (stringIndexOf(text, ADDRESSES[i] as string, 0) >= 0) return true // SAFE: i is below the length
  return false
}

/** `--token abc` and `--token=abc`; the second is masked by its name too, but may appear alone later. */
function taintArguments(recorder: RecorderAccess, args: readonly string[]): void {
  for (const [i, argument] of args.entries()) {
    const [, name, value] = /^--?([A-Za-z][\w.-]*)(?:=([\s\S]*))?$/.exec(argument) ?? []
    if (name === undefined || !isSecretName(recorder, name)) continue
    const secret = value ?? args[i + 1]
    if (secret !== undefined && !secret.startsWith('-')) recorder.taint(secret, `argv ${name}`)
  }
}
