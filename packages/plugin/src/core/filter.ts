/**
 * Which modules get probes. Own code is what lies under the project: the workspace root when the project is part of a workspace
 * (so linked sibling packages count as own), else the project root; never what lies in node_modules, never Hindscope itself.
 */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import picomatch from 'picomatch'
import { languageOf, parseModuleId, projectPath } from './module-id.ts'
import { ownPackageDirs } from './runtime-files.ts'

export type SkipReason =
  | 'virtual'
  | 'language'
  | 'asset-query'
  | 'dependency'
  | 'outside'
  | 'excluded'
  | 'not-included'
  | 'hindscope'
  | 'classic-worker'

/** Undefined: the module gets probes. */
export type ModuleFilter = (id: string) => SkipReason | undefined

export interface FilterOptions {
  readonly root: string
  readonly dataDir: string
  /** Absolute path of a module that runs inside the recorder. */
  readonly redactModule?: string | undefined
  /** Where the bundler puts what it made of packages. */
  readonly cacheDir?: string | undefined
  readonly include: readonly string[]
  readonly exclude: readonly string[]
}

/** Cheap test that bundlers run natively before they call us; `createFilter` decides. */
export const ID_FILTER: { readonly include: RegExp[]; readonly exclude: RegExp[] } = {
  include: [/\.(?:[cm]?[jt]s|[jt]sx|vue|svelte|mdx|astro)(?:$|\?)/],
  exclude: [/\0/, /[?&](?:raw|url|inline|worker|sharedworker)(?:&|=|$)/],
}

/** The same for a project that does not list what is included: dependencies are then out of the question. */
export const OWN_ID_FILTER: typeof ID_FILTER = { include: ID_FILTER.include, exclude: [...ID_FILTER.exclude, /[\\/]node_modules[\\/]/] }

const ASSET_QUERIES = ['raw', 'url', 'inline', 'worker', 'sharedworker'] as const
const GLOB_OPTIONS = { dot: true, nonegate: true } as const

export function createFilter({ root, dataDir, redactModule, cacheDir, include, exclude }: FilterOptions): ModuleFilter {
  const ownRoot = withSlash(workspaceRoot(root))
  const neverDirs = [...ownPackageDirs(), dataDir].map(withSlash)
  const madeDir = cacheDir === undefined ? undefined : withSlash(cacheDir)
  const isIncluded = include.length === 0 ? undefined : globs(include, root)
  const isExcluded = globs(exclude, root)
  return id => {
    const { path, query, isVirtual } = parseModuleId(id)
    if (isVirtual) return 'virtual'
    // Vite's dev server serves it as a script, which can import nothing; builds make scripts of modules.
    if (query.has('worker_file') && query.get('type') === 'classic') return 'classic-worker'
    if (languageOf(path) === undefined) return 'language'
    if (query.size > 0 && ASSET_QUERIES.some(key => query.has(key))) return 'asset-query'
    if (query.size > 0 && (query.has('vue') || query.has('svelte')) && query.has('type') && query.get('type') !== 'script') return 'asset-query'
    if (path === redactModule || neverDirs.some(dir => path.startsWith(dir))) return 'hindscope'
    if (isExcluded(path)) return path.includes('/node_modules/') ? 'dependency' : 'excluded'
    if (isIncluded) return isIncluded(path) ? undefined : 'not-included'
    if (path.includes('/node_modules/') || (madeDir !== undefined && path.startsWith(madeDir))) return 'dependency'
    return path.startsWith(ownRoot) ? undefined : 'outside'
  }
}

/** A glob is tried on the path relative to the root and, for paths outside it and `**` patterns, on the absolute one. */
function globs(patterns: readonly string[], root: string): (path: string) => boolean {
  if (patterns.length === 0) return () => false
  const matches = picomatch([...patterns], GLOB_OPTIONS)
  return path => matches(projectPath(root, path)) || matches(path)
}

const withSlash = (dir: string): string => `${dir.replaceAll('\\', '/').replace(/\/$/, '')}/`

function workspaceRoot(root: string): string {
  for (let dir = root; ; dir = dirname(dir)) {
    if (existsSync(join(dir, 'pnpm-workspace.yaml')) || existsSync(join(dir, 'lerna.json')) || hasWorkspaces(join(dir, 'package.json'))) return dir
    if (dirname(dir) === dir) return root
  }
}

function hasWorkspaces(packageFile: string): boolean {
  if (!existsSync(packageFile)) return false
  try {
    const manifest: unknown = JSON.parse(readFileSync(packageFile, 'utf8'))
    return typeof manifest === 'object' && manifest !== null && 'workspaces' in manifest
  } catch {
    // SAFE: a package.json that is not JSON is the package manager's to report; here it only means "no workspace declared".
    return false
  }
}
