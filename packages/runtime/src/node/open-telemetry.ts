/**
 * OpenTelemetry that only code of others knows of: `node --require @opentelemetry/auto-instrumentations-node/register` registers its provider
 * before the program begins. It is looked for when the recorder starts, when the API's global appears, and at every request; programs that
 * use it themselves bring libraries/opentelemetry.ts.
 */
import type { Adapter, Detach } from '../adapters/adapter.ts'
import { combine } from '../adapters/patch.ts'
import { API, closing, spansOf } from '../adapters/span-recorder.ts'
import { define, objectPrototype, originalQueueMicrotask, ownDescriptor, prototypeOf } from '../recorder/intrinsics.ts'

export const openTelemetryAdapter: Adapter = {
  id: 'opentelemetry',
  attach(recorder, realm) {
    const spans = spansOf(recorder)
    spans.look()
    // Whoever makes the global registers provider, context manager and propagator in the same breath.
    const waiting = awaitApi(realm, () => originalQueueMicrotask(() => spans.look()))
    return combine([waiting, closing(recorder)])
  },
}

/** The global comes by assignment: until then a setter waits on the prototype of the global object, where nothing else sees it. */
function awaitApi(realm: object, come: () => void): Detach | undefined {
  const holder = prototypeOf(realm)
  if (holder === null || holder === objectPrototype || ownDescriptor(realm, API) !== undefined || ownDescriptor(holder, API) !== undefined)
    return undefined
  const accessor = {
    get: (): unknown => undefined,
    set(this: object, value: unknown): void {
      leave()
      define(this, API, { value, writable: true, enumerable: true, configurable: true })
      come()
    },
  }
  const leave = (): void => {
    if (ownDescriptor(holder, API)?.set === accessor.set) Reflect.deleteProperty(holder, API)
  }
  return define(holder, API, { ...accessor, enumerable: false, configurable: true }) ? leave : undefined
}
