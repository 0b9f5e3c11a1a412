/**
 * CommonJS in every Node version: text goes through `Module.prototype._compile`, whoever read it, and TypeScript files have an entry in
 * `Module._extensions`. Both are what every require hook before this one uses, so they go on working beside it.
 */
import { Module } from 'node:module'
import { dirname, isAbsolute, resolve } from 'node:path'
import { hasTypesByName } from '../core/module-id.ts'
import { detectSourceType } from '../core/source-type.ts'
import { typescriptFileFor } from './resolve.ts'
import type { SourceLoader } from './source-loader.ts'

interface CompiledModule {
  _compile(code: string, filename: string, format?: string): unknown
}
interface ModuleInternals {
  readonly prototype: CompiledModule
  readonly _extensions: Record<string, (module: CompiledModule, filename: string) => void>
  _resolveFilename(request: string, parent: { filename?: string | null } | undefined, ...rest: unknown[]): string
}

export function hookCommonJs(loader: SourceLoader): void {
  const internals = Module as unknown as ModuleInternals // SAFE: undocumented and unchanged since Node 0.6; every require hook relies on it
  const { _compile } = internals.prototype
  internals.prototype._compile = function (code, filename, format) {
    return _compile.call(
      this,
      isScript(filename) && loader.wants(filename) ? loader.load(filename, typeOf(code, filename, format), code) : code,
      filename,
      format,
    )
  }
  for (const extension of ['.ts', '.cts', '.mts', '.tsx', '.jsx']) {
    internals._extensions[extension] = (module, filename) => {
      process.setSourceMapsEnabled(true)
      if (loader.wants(filename)) _compile.call(module, loader.load(filename, 'commonjs'), filename, 'commonjs')
      else internals._extensions['.js']?.(module, filename)
    }
  }
  const { _resolveFilename } = internals
  internals._resolveFilename = function (request, parent, ...rest) {
    const from = parent?.filename
    const path = /^\.{1,2}\//.test(request) && from ? resolve(dirname(from), request) : request
    const instead = isAbsolute(path) ? typescriptFileFor(path) : undefined
    return _resolveFilename.call(this, instead ?? request, parent, ...rest)
  }
}

const isScript = (filename: string): boolean => /\.[cm]?js$/.test(filename) || (!hasTypesByName(filename) && !/\.\w+$/.test(filename))

function typeOf(code: string, filename: string, format: string | undefined): 'module' | 'commonjs' {
  if (format === 'module' || format === 'commonjs') return format
  return detectSourceType(code, filename)
}
