/**
 * `node --import hindscope/register app.ts`: records a plain Node program with no build. Importing this module is what does it: the
 * recorder starts, then Node's module hooks go in, then the program's own modules load.
 */
import * as nodeModule from 'node:module'
import { isMainThread, workerData } from 'node:worker_threads'
import type { ProbeManifest } from '@hindscope/protocol'
import { start } from '@hindscope/runtime/start'
import type { StartOptions } from '@hindscope/runtime/start'
import { createBuildContext } from './core/context.ts'
import { tryReadManifest } from './core/manifest-store.ts'
import { hasTypesByName } from './core/module-id.ts'
import { loadDefault } from './core/options.ts'
import { DEVELOPMENT } from './core/production.ts'
import { nodeHookModules } from './core/runtime-files.ts'
import { hookCommonJs } from './node/commonjs.ts'
import { createEsmHooks } from './node/esm-hooks.ts'
import { createSourceLoader } from './node/source-loader.ts'

/** Node >= 22.15: hooks in the program's own thread. Node 20 has only the loader thread. */
type RegisterHooks = (hooks: object) => void
const registerHooks = (nodeModule as { readonly registerHooks?: RegisterHooks }).registerHooks

function record(): void {
  const root = process.cwd()
  const context = createBuildContext('node', {})
  context.configure({ root, mode: DEVELOPMENT })
  if (!context.parts) return
  const { dataDir } = context.parts.options
  const { redactModule, tellsOfPage: _never, ...options } = context.startOptions('universal')
  const redactWith = redactModule === undefined ? undefined : (loadDefault(redactModule, redactModule) as StartOptions['redactWith']) // SAFE: the runtime asks whether it is a function
  start({ ...options, redactWith, manifests: key => manifestOf(dataDir, key) })
  const hooks = nodeHookModules()
  const loader = createSourceLoader(context, hooks)
  hookCommonJs(loader)
  const onTypes = (): void => process.setSourceMapsEnabled(true)
  if (hasTypesByName(process.argv[1] ?? '')) onTypes()
  if (registerHooks) registerHooks(createEsmHooks({ loader, onTypes }))
  else {
    // The loader thread cannot say in time that types are coming, and maps are only kept of what is loaded after this.
    onTypes()
    nodeModule.register('./node/loader-thread.mjs', { parentURL: import.meta.url, data: { root, hooks } })
  }
}

/** The loader thread may have written it, so the file is the one place where both look. */
function manifestOf(dataDir: string, key: string): ProbeManifest | undefined {
  const json = tryReadManifest(dataDir, key)
  return json === undefined ? undefined : (JSON.parse(json) as ProbeManifest) // SAFE: written by the manifest store
}

/** esbuild's synchronous calls run in a worker thread that inherits --import; that thread is a tool of ours, not the program. */
const isToolThread = !isMainThread && typeof workerData === 'object' && workerData !== null && 'esbuildVersion' in workerData

if (!isToolThread) record()
