/** What stands inside ours: the project's transformer, Jest's own runner of one file. Found as Jest finds them. */
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { HindscopeOptions } from '../types.ts'

/** Config of our transformer. */
export interface InnerTransform {
  /** As the project's config writes it; what Jest takes by itself when absent. */
  readonly path?: string
  readonly config?: unknown
  /** The script that runs Jest. */
  readonly jest: string
  readonly options: HindscopeOptions
}

/** Packages that bring each other along. */
const JEST_CHAIN = ['jest', '@jest/core', 'jest-config']

/** Absolute path of what the project's config names. Jest's own packages may be out of the project's reach, where a package manager is strict. */
export function innerPath(path: string, rootDir: string, jest: string): string {
  const own = path.replace(/^<rootDir>/, rootDir)
  if (own !== path) return own
  if (path.startsWith('.')) return resolve(rootDir, path)
  const require = createRequire(join(rootDir, 'package.json'))
  return tryResolve(path, join(rootDir, 'package.json')) ?? jestsOwn(path, jest) ?? require.resolve(path)
}

/** Absolute path of what Jest takes by itself: that of the Jest which runs, whatever else is installed. */
export function jestPath(name: string, rootDir: string, jest: string): string {
  return jestsOwn(name, jest) ?? jestsOwn(name, join(rootDir, 'package.json')) ?? createRequire(join(rootDir, 'package.json')).resolve(name)
}

function jestsOwn(path: string, start: string): string | undefined {
  let from = start
  for (const name of JEST_CHAIN) from = tryResolve(name, from) ?? from
  return tryResolve(path, from)
}

function tryResolve(name: string, from: string): string | undefined {
  try {
    return createRequire(from).resolve(name)
  } catch {
    return undefined // SAFE: the next in the chain is tried, and in the end the first error thrown.
  }
}

/** The default export of a module of either kind. */
export async function loadInner(path: string): Promise<unknown> {
  let module: unknown
  try {
    module = createRequire(import.meta.url)(path)
  } catch (error) {
    if (!/^ERR_REQUIRE_(?:ESM|ASYNC_MODULE)$/.test((error as NodeJS.ErrnoException).code ?? '')) throw error
    module = await import(pathToFileURL(path).href)
  }
  return typeof module === 'object' && module !== null && 'default' in module ? module.default : module
}
