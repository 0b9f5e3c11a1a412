/** What injected code imports. Finds the realm's hook or makes an inert one, so that it works with and without a recorder. */
import type { ProbeHook } from '@hindscope/protocol'
import { createHook, defineHook, findHook, tellForeign } from './hook-object.ts'

function resolveHook(): ProbeHook {
  const found = findHook(globalThis)
  if (found !== undefined && found !== 'foreign') return found
  const hook = createHook()
  // A foreign object under our symbol stays where it is: the modules of this copy are inert then, and its recorder counts that.
  if (found === 'foreign') tellForeign(globalThis)
  else defineHook(globalThis, hook)
  return hook
}

/** The realm's hook. */
export const h: ProbeHook = /*#__PURE__*/ resolveHook()
