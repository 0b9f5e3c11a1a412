/** `@hindscope/runtime/start`: starts recording this realm, wherever it runs. */
import type { RecorderHandle } from './install.ts'
import { startNode } from './node/start-node.ts'
import { isNode } from './realm.ts'
import { start as startBrowser } from './start-browser.ts'
import type { StartOptions } from './start-options.ts'

export type { StartOptions } from './start-options.ts'

/**
 * Starts recording; a second call does nothing and gives the same recorder. Undefined when another copy of this package records here or
 * recording is switched off. Node without `url`: the collector that the environment or `<dataDir>/collector.json` names, else a trace
 * file under `<dataDir>/traces`. Throws a HindscopeError only for a malformed session id.
 */
export function start(options: StartOptions = {}): RecorderHandle | undefined {
  if (isNode()) return startNode(options)
  // A bare context of an engine has neither: nothing could be sent from there.
  return typeof location === 'object' ? startBrowser(options) : undefined
}
