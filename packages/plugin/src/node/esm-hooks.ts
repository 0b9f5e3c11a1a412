/** Node's module hooks for ES modules: resolve and load, in the shape that both the synchronous and the off-thread interface take. */
import { fileURLToPath } from 'node:url'
import { hasTypesByName, languageOf } from '../core/module-id.ts'
import { redirectSpecifier } from './resolve.ts'
import type { SourceLoader } from './source-loader.ts'

export interface ResolveContext {
  readonly parentURL?: string | undefined
}
export interface LoadContext {
  readonly format?: string | null | undefined
}
export interface LoadResult {
  readonly format: string | null | undefined
  readonly source?: unknown
  readonly shortCircuit?: boolean
}

export interface EsmHooks {
  resolve<Result>(specifier: string, context: ResolveContext, next: (specifier: string, context: ResolveContext) => Result): Result
  load<Result>(url: string, context: LoadContext, next: (url: string, context: LoadContext) => Result): Result | LoadResult
}

export interface EsmHookOptions {
  readonly loader: SourceLoader
  /** Called before the first TypeScript file runs. */
  readonly onTypes: () => void
}

export function createEsmHooks({ loader, onTypes }: EsmHookOptions): EsmHooks {
  return {
    resolve: (specifier, context, next) => next(redirectSpecifier(specifier, context.parentURL), context),
    load(url, context, next) {
      const path = url.startsWith('file:') ? fileURLToPath(url) : undefined
      if (path === undefined || languageOf(path) === undefined || !loader.wants(path)) return next(url, context)
      const hasTypes = hasTypesByName(path)
      if (hasTypes) onTypes()
      const format = hasTypes || context.format === undefined || context.format === null ? loader.sourceType(path) : context.format
      // CommonJS text is read and compiled by the CommonJS loader, where `hookCommonJs` waits.
      if (format === 'commonjs') return hasTypes ? { format, source: null, shortCircuit: true } : next(url, context)
      if (format !== 'module') return next(url, context)
      return { format, source: loader.load(path, 'module'), shortCircuit: true }
    },
  }
}
