/** TypeScript and JSX to JavaScript with esbuild, for the places where nothing else did it before us: esbuild, Rolldown, plain Node. */
import { dirname, join, resolve } from 'node:path'
import { transform, transformSync, version } from 'esbuild'
import { getTsconfig, parseTsconfig } from 'get-tsconfig'
import type { Cache } from 'get-tsconfig'
import type { Loader, TransformFailure, TransformOptions, TransformResult } from 'esbuild'
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

/** The file's own tsconfig and those that it refers to: what a tool that looks for options itself may find. */
export function tsconfigsFor(path: string): unknown {
  const found = getTsconfig(dirname(path), 'tsconfig.json', tsconfigs)
  const referred = (found?.config.references ?? []).map(({ path: to }) => {
    const target = resolve(dirname(found?.path ?? path), to)
    return parseTsconfig(target.endsWith('.json') ? target : join(target, 'tsconfig.json'))
  })
  return [found?.path, found?.config, referred]
}

/** The transformer refuses the text. Never leaves this package: it becomes a diagnostic. */
export class StripFailure extends Error {
  readonly reason: string
  /** 1-based. */
  readonly line: number
  /** 0-based. */
  readonly column: number

  constructor(reason: string, line: number, column: number) {
    super(reason)
    this.reason = reason
    this.line = line
    this.column = column
  }
}

/** What removes types and JSX. */
export interface Stripper<Result extends Stripped | Promise<Stripped> = Stripped | Promise<Stripped>> {
  /** Throws a StripFailure. */
  strip(code: string, path: string): Result
  /** Everything but the text and the path that the result depends on. */
  key(path: string): string
}

export const stripper = (options: StripOptions): Stripper<Promise<Stripped>> => ({
  async strip(code, path) {
    try {
      return toStripped(await transform(code, transformOptions(path, options)))
    } catch (error) {
      throw toFailure(error)
    }
  },
  key: path => keyOf(path, options),
})

export const syncStripper = (options: StripOptions): Stripper<Stripped> => ({
  strip(code, path) {
    try {
      return toStripped(transformSync(code, transformOptions(path, options)))
    } catch (error) {
      throw toFailure(error)
    }
  },
  key: path => keyOf(path, options),
})

const keyOf = (path: string, options: StripOptions): string => JSON.stringify(['esbuild', version, transformOptions(path, options)])

function toFailure(error: unknown): unknown {
  const [first] = (error as Partial<TransformFailure>).errors ?? [] // SAFE: read as undefined where absent
  return first === undefined ? error : new StripFailure(first.text.replace(/\.$/, ''), first.location?.line ?? 1, first.location?.column ?? 0)
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
