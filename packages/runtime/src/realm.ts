/** What kind of global this is, who made it, and what people call it. Looked up once, when the recorder is installed. */
import type { RealmDefinition, RealmId, RealmKindName, SessionId } from '@hindscope/protocol'
import { createSessionId, realmId } from '@hindscope/protocol'
import { findHook } from './hook-object.ts'
import { dateNow, nodeBuiltin, prototypeOf } from './recorder/intrinsics.ts'

interface RealmScope {
  readonly crypto?: { getRandomValues(bytes: Uint8Array): unknown }
  readonly location?: { readonly href: string; readonly pathname: string }
  readonly document?: { readonly title: string }
  readonly navigator?: { readonly userAgent: string }
  readonly parent?: object
  readonly opener?: object | null
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

type Threads = typeof import('node:worker_threads')
const threads = (): Threads | undefined => nodeBuiltin<Threads>('node:worker_threads')

/** The kind of the global that this copy of the package runs in. */
export function ownKind(): RealmKindName {
  const node = threads()
  // Functions of Node's modules are of the thread's first realm: in a context of node:vm they are foreign.
  if (node !== undefined) return prototypeOf(node.setEnvironmentData) !== Function.prototype ? 'vm' : node.isMainThread ? 'node' : 'nodeWorker'
  if (scope.document !== undefined) return (scope.parent ?? globalThis) === globalThis ? 'page' : 'frame'
  return 'SharedWorkerGlobalScope' in globalThis ? 'sharedWorker' : 'ServiceWorkerGlobalScope' in globalThis ? 'serviceWorker' : 'worker'
}

/** Copied by Node into every thread that this one starts. */
const PARENT_KEY = 'hindscope.parent'

function parentOf(kind: RealmKindName): RealmId | undefined {
  try {
    if (kind === 'nodeWorker') return threads()?.getEnvironmentData(PARENT_KEY) as RealmId | undefined // SAFE: written below
    const other = kind === 'frame' ? scope.parent : kind === 'page' ? scope.opener : undefined
    const hook = other ? findHook(other) : undefined
    return hook === undefined || hook === 'foreign' ? undefined : (hook.registry.owner?.realm as RealmId | undefined) // SAFE: written by a recorder
  } catch {
    return undefined // SAFE: the parent is of another origin, which must not be read.
  }
}

/** `isOtherRealm`: the hook was put into a global object that is not the recorder's own. */
export function describeRealm(session: SessionId, realm: RealmId, name: string, isOtherRealm: boolean): RealmDefinition {
  const realmKind = isOtherRealm ? 'vm' : ownKind()
  const parent = parentOf(realmKind)
  const rest = { kind: 'realm', session, realm, realmKind, startedMs: Math.floor(dateNow()), ...(parent === undefined ? {} : { parent }) } as const
  if (isNode()) {
    threads()?.setEnvironmentData(PARENT_KEY, realm)
    const script = process.argv[1] ?? process.execPath
    const own = script.slice(Math.max(script.lastIndexOf('/'), script.lastIndexOf('\\')) + 1)
    const { pid, ppid, version } = process
    return {
      ...rest,
      ...(realmKind === 'node' ? { parentPid: ppid } : {}),
      name: name || own,
      url: process.argv.slice(1).join(' '),
      pid,
      platform: `node ${version}`,
    }
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
