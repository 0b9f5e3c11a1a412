/** Absolute places of this package's own dependencies, so that generated code finds them where the user's package cannot (pnpm). */
import { existsSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { HindscopeError } from '@hindscope/protocol'
import type { RuntimeTarget } from '../types.ts'

export interface RuntimeFiles {
  readonly start: string
  readonly hook: string
}

/** By module system: URLs for `import`, paths for `require`. */
export type HookModules = Readonly<Record<'module' | 'commonjs', { readonly hook: string; readonly libraries: string }>>

const here = fileURLToPath(import.meta.url)

/** The package folder `dependency` was installed to, with links resolved (bundlers resolve them too). */
function packageDir(dependency: string): string {
  for (const nodeModules of createRequire(here).resolve.paths(dependency) ?? []) {
    const dir = join(nodeModules, dependency)
    if (existsSync(join(dir, 'package.json'))) return realpathSync(dir)
  }
  throw new HindscopeError('plugin-runtime-missing', { file: dependency })
}

let runtimeDir: string | undefined
const runtimePackage = (): string => (runtimeDir ??= packageDir('@hindscope/runtime'))

export function runtimeFiles(target: RuntimeTarget): RuntimeFiles {
  const dist = join(runtimePackage(), target === 'browser' ? 'dist/page' : 'dist')
  const files = { start: join(dist, 'start.mjs'), hook: join(dist, 'hook.mjs') }
  for (const file of [files.start, files.hook]) if (!existsSync(file)) throw new HindscopeError('plugin-runtime-missing', { file })
  return files
}

/** Adapters of libraries, one file for every target; `*` stands for the name. */
export const libraryModules = (): string => join(runtimePackage(), 'dist', 'libraries', '*.mjs').replaceAll('\\', '/')

/** What records the tests of Vitest, in its workers. */
export const vitestRunModule = (): string => join(runtimePackage(), 'dist', 'test-runs', 'vitest.mjs')

/** What starts the recorder in a sandbox of Jest, and what records the tests there. */
export function jestRunModules(): { readonly start: string; readonly recordFile: string } {
  const dist = join(runtimePackage(), 'dist')
  return { start: join(dist, 'start.cjs'), recordFile: join(dist, 'test-runs', 'jest.cjs') }
}

/** What code instrumented for plain Node takes its hook from, in either module system. */
export function nodeHookModules(): HookModules {
  const dist = join(runtimePackage(), 'dist')
  return {
    module: { hook: pathToFileURL(join(dist, 'hook.mjs')).href, libraries: `${pathToFileURL(join(dist, 'libraries')).href}/*.mjs` },
    commonjs: { hook: join(dist, 'hook.cjs'), libraries: join(dist, 'libraries', '*.cjs') },
  }
}

/** Folders whose modules never get probes: a recorder that records itself does not end. */
export function ownPackageDirs(): readonly string[] {
  return [dirname(dirname(here)).replace(/\/src$/, ''), runtimePackage(), packageDir('@hindscope/protocol'), packageDir('@hindscope/instrument')]
}

/** What the emitted code is made by: this package, the instrumenter, and the protocol they share. */
export function codeFiles(): readonly string[] {
  const dirs = [packageDir('@hindscope/instrument'), packageDir('@hindscope/protocol')]
  return [...dirs.flatMap(dir => [join(dir, 'package.json'), join(dir, 'dist', 'index.mjs')]), here].filter(file => existsSync(file))
}
