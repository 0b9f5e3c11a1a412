/**
 * Browsers cannot tell a proxy from its target, and reading a proxy runs user code. So `Proxy` is replaced by a transparent stand-in that
 * remembers what it makes. The stand-in is itself a proxy over the native constructor: name, length, `Proxy.revocable` and errors are
 * the native ones. Proxies made before it was attached, or in other frames, stay unknown.
 */
import type { Adapter } from '../adapters/adapter.ts'
import { define, ownDescriptor, reflectApply } from '../recorder/intrinsics.ts'
import { knownProxies } from '../recorder/proxy-test.ts'

export const proxyRegistryAdapter: Adapter = {
  id: 'proxy-registry',
  attach(_recorder, realm) {
    const descriptor = ownDescriptor(realm, 'Proxy')
    const original: unknown = descriptor?.value
    if (descriptor === undefined || typeof original !== 'function' || descriptor.configurable !== true) return undefined
    const native = original as ProxyConstructor // SAFE: the realm's own Proxy
    const remember = <T extends object>(proxy: T): T => {
      knownProxies.add(proxy)
      return proxy
    }
    const { revocable } = native
    const watched = {
      revocable(this: unknown, ...args: unknown[]): unknown {
        const made = reflectApply(revocable, this, args as never) as { proxy: object } // SAFE: what Proxy.revocable returns
        remember(made.proxy)
        return made
      },
    }
    const standIn: ProxyConstructor = new native(native, {
      construct: (target, args, newTarget) => remember(Reflect.construct(target, args, newTarget === standIn ? target : newTarget) as object), // SAFE: construct gives an object
      get: (target, key, receiver) => (key === 'revocable' ? watched.revocable : Reflect.get(target, key, receiver)),
    })
    define(realm, 'Proxy', { ...descriptor, value: standIn })
    return () => {
      if (ownDescriptor(realm, 'Proxy')?.value === standIn) define(realm, 'Proxy', descriptor)
    }
  },
}
