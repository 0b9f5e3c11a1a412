/** What kind of global this is and what people call it. Looked up once, when the recorder is installed. */
import type { RealmDefinition, RealmId, RealmKindName, SessionId } from '@hindscope/protocol'
import { createSessionId, realmId } from '@hindscope/protocol'
import { dateNow } from './recorder/intrinsics.ts'

interface RealmScope {
  readonly crypto?: { getRandomValues(bytes: Uint8Array): unknown }
  readonly location?: { readonly href: string; readonly pathname: string }
  readonly document?: { readonly title: string }
  readonly navigator?: { readonly userAgent: string }
  readonly WorkerGlobalScope?: unknown
}
const scope = globalThis as unknown as RealmScope // SAFE: every field is optional and checked before use

function randomBytes(bytes: Uint8Array): Uint8Array {
  if (scope.crypto) scope.crypto.getRandomValues(bytes)
  else for (let i = 0; i < bytes.length; i++) bytes[i] = Math.random() * 256
  return bytes
}

export const randomSession = (): SessionId => createSessionId(randomBytes)

export function randomRealm(): RealmId {
  const words = new Uint32Array(randomBytes(new Uint8Array(4)).buffer)
  return realmId(words[0] === 0 ? 1 : (words[0] as number)) // SAFE: four bytes are one word
}

export const isNode = (): boolean => typeof process === 'object' && typeof process.getBuiltinModule === 'function'

function kindOf(isOtherRealm: boolean): RealmKindName {
  if (isOtherRealm) return 'vm'
  if (isNode()) return process.getBuiltinModule('node:worker_threads').isMainThread ? 'node' : 'nodeWorker'
  return scope.document !== undefined ? 'page' : 'worker'
}

/** `isOtherRealm`: the hook was put into a global object that is not the recorder's own. */
export function describeRealm(session: SessionId, realm: RealmId, name: string, isOtherRealm: boolean): RealmDefinition {
  const rest = { kind: 'realm', session, realm, realmKind: kindOf(isOtherRealm), startedMs: Math.floor(dateNow()) } as const
  if (isNode()) {
    const script = process.argv[1] ?? process.execPath
    const own = script.slice(Math.max(script.lastIndexOf('/'), script.lastIndexOf('\\')) + 1)
    return { ...rest, name: name || own, url: process.argv.slice(1).join(' '), pid: process.pid, platform: `node ${process.version}` }
  }
  const place = scope.location
  return {
    ...rest,
    name: name || scope.document?.title || place?.pathname || 'page',
    url: place?.href ?? '',
    pid: 0,
    platform: browserName(scope.navigator?.userAgent ?? ''),
  }
}

function browserName(userAgent: string): string {
  const match = /(Firefox|Edg|Chrome|Version)\/([\d.]+)/.exec(userAgent)
  if (!match) return userAgent.slice(0, 80)
  const [, product, version] = match
  return `${product === 'Version' ? 'Safari' : product === 'Edg' ? 'Edge' : product} ${version}`
}
