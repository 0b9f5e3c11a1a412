/** TypeScript and JSX to JavaScript with esbuild, for the places where nothing else did it before us: esbuild, Rolldown, plain Node. */
import { dirname } from 'node:path'
import { transform, transformSync } from 'esbuild'
import { getTsconfig } from 'get-tsconfig'
import type { Cache } from 'get-tsconfig'
import type { Loader, TransformOptions, TransformResult } from 'esbuild'
import type { SourceMap } from './source-map.ts'
import { languageOf } from './module-id.ts'

export interface Stripped {
  readonly code: string
  readonly map: SourceMap | undefined
}

/** Options of the surrounding build that change what JSX and new syntax become. */
export type StripOptions = Pick<
  TransformOptions,
  'target' | 'jsx' | 'jsxFactory' | 'jsxFragment' | 'jsxImportSource' | 'jsxDev' | 'jsxSideEffects' | 'supported' | 'format' | 'loader'
> & { readonly tsconfigRaw?: TransformOptions['tsconfigRaw'] | undefined }

/** The file's own tsconfig, `extends` resolved, found upwards as tsc does. */
export function tsconfigFor(path: string): TransformOptions['tsconfigRaw'] {
  const found = getTsconfig(dirname(path), 'tsconfig.json', tsconfigs)
  if (found === null) return undefined
  return { compilerOptions: found.config.compilerOptions ?? {} } as TransformOptions['tsconfigRaw'] // SAFE: esbuild ignores the keys it does not know
}
const tsconfigs: Cache<unknown> = new Map()

export async function stripTypes(code: string, path: string, options: StripOptions): Promise<Stripped> {
  return toStripped(await transform(code, transformOptions(path, options)))
}

export function stripTypesSync(code: string, path: string, options: StripOptions): Stripped {
  return toStripped(transformSync(code, transformOptions(path, options)))
}

function transformOptions(path: string, { tsconfigRaw, ...options }: StripOptions): TransformOptions {
  const tsconfig = tsconfigRaw ?? tsconfigFor(path)
  return {
    loader: loaderOf(path),
    sourcefile: path,
    sourcemap: 'external',
    sourcesContent: true,
    logLevel: 'silent',
    ...options,
    ...(tsconfig === undefined ? {} : { tsconfigRaw: tsconfig }),
  }
}

export function loaderOf(path: string): Loader {
  const language = languageOf(path)
  return language === undefined || language === 'sfc' ? 'js' : language
}

const toStripped = (result: TransformResult): Stripped => ({ code: result.code, map: JSON.parse(result.map) as SourceMap }) // SAFE: esbuild's own map
