/** Proxies, as adapters of libraries can tell them: by the recorder, whose registry has seen them being made (recorder/proxy-test.ts). */
import { findHook } from '../hook-object.ts'
import { isProxy as isKnown } from '../recorder/proxy-test.ts'

const hook = findHook(globalThis)

export function isProxy(value: object): boolean {
  const owner = hook === undefined || hook === 'foreign' ? undefined : hook.registry.owner
  return (owner?.isProxy ?? isKnown)(value)
}
