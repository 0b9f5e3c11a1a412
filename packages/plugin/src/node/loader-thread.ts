/** Node 20's loader thread: its own copy of the build context; manifests reach the program through the data folder. */
import { createBuildContext } from '../core/context.ts'
import { DEVELOPMENT } from '../core/production.ts'
import { createEsmHooks } from './esm-hooks.ts'
import type { EsmHooks, LoadContext, ResolveContext } from './esm-hooks.ts'
import { createSourceLoader } from './source-loader.ts'
import type { HookModules } from '../core/runtime-files.ts'

export interface LoaderThreadStart {
  readonly root: string
  readonly hooks: HookModules
}

let hooks: EsmHooks | undefined

export function initialize({ root, hooks: modules }: LoaderThreadStart): void {
  const context = createBuildContext('node', {})
  context.configure({ root, mode: DEVELOPMENT })
  hooks = createEsmHooks({ loader: createSourceLoader(context, modules), onTypes: () => undefined })
}

export const resolve = (specifier: string, context: ResolveContext, next: (specifier: string, context: ResolveContext) => unknown): unknown =>
  hooks ? hooks.resolve(specifier, context, next) : next(specifier, context)

export const load = (url: string, context: LoadContext, next: (url: string, context: LoadContext) => unknown): unknown =>
  hooks ? hooks.load(url, context, next) : next(url, context)
