/**
 * Callbacks of Node's own modules (`fs.readFile(path, callback)`, `dns.lookup`, `zlib.gzip`, `crypto.scrypt` …) run with the call that passed them
 * as their cause, and so do those of `node:timers`, whose functions are other properties than the globals.
 */
import type { Adapter, Detach, RecorderAccess } from '../adapters/adapter.ts'
import { combine, originalOf, patchMethod } from '../adapters/patch.ts'
import { define, hasOwn, ownDescriptor, reflectApply } from '../recorder/intrinsics.ts'

/** Besides those of `fs` and `zlib`, which are the functions that have a `…Sync` twin. */
const TAKERS = {
  'node:dns': ['lookup', 'lookupService', 'reverse', 'resolve', 'resolve4', 'resolve6', 'resolveAny', 'resolveCname', 'resolveMx', 'resolveNs', 'resolveTxt', 'resolveSrv'], // prettier-ignore
  'node:crypto': ['randomBytes', 'randomFill', 'randomInt', 'pbkdf2', 'scrypt', 'hkdf', 'generateKey', 'generateKeyPair', 'generatePrime', 'checkPrime', 'sign', 'verify'], // prettier-ignore
  'node:child_process': ['exec', 'execFile'],
  'node:stream': ['finished', 'pipeline'],
} as const
const TWINS = ['node:fs', 'node:zlib'] as const
const TIMERS = ['setTimeout', 'setInterval', 'setImmediate'] as const

export const callbacksAdapter: Adapter = {
  id: 'callbacks',
  attach(recorder) {
    const detachers: (Detach | undefined)[] = []
    for (const name of TWINS) {
      const module = process.getBuiltinModule(name) as object // SAFE: a module's exports
      for (const key of Object.keys(module)) if (hasOwn(module, `${key}Sync`)) detachers.push(patchTaker(recorder, module, key))
    }
    for (const [name, keys] of Object.entries(TAKERS)) {
      const module = process.getBuiltinModule(name) as object // SAFE: as above
      for (const key of keys) detachers.push(patchTaker(recorder, module, key))
    }
    const timers = process.getBuiltinModule('node:timers')
    for (const key of TIMERS) detachers.push(shareStandIn(timers, key))
    const sync = process.getBuiltinModule('node:module').syncBuiltinESMExports
    sync()
    const detach = combine(detachers)
    return () => {
      detach?.()
      sync()
    }
  },
}

/** `timers.setTimeout` and the global are one function, and stay so. */
function shareStandIn(module: object, key: string): Detach | undefined {
  const descriptor = ownDescriptor(module, key)
  const standIn: unknown = ownDescriptor(globalThis, key)?.value
  if (descriptor === undefined || originalOf(standIn) !== descriptor.value || !define(module, key, { ...descriptor, value: standIn }))
    return undefined
  return () => {
    if (ownDescriptor(module, key)?.value === standIn) define(module, key, descriptor)
  }
}

/** The last argument is the callback. It is called by Node alone and never given back, so it can be replaced. */
function patchTaker(recorder: RecorderAccess, module: object, key: string): Detach | undefined {
  return patchMethod(module, key, (original, state) => {
    const methods = {
      take(this: unknown): unknown {
        const last = arguments.length - 1
        const callback: unknown = arguments[last]
        const call = state.isActive && typeof callback === 'function' ? recorder.currentCall() : 0
        if (call !== 0) {
          const root = recorder.currentRoot()
          arguments[last] = function (this: unknown): unknown {
            return recorder.runIn(call, root, callback as () => unknown, this, arguments) // SAFE: checked above
          }
        }
        return reflectApply(original, this, arguments as never) // SAFE: what the caller gave, the callback wrapped
      },
    }
    return methods.take
  })
}
