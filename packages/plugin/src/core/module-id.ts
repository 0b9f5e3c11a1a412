/** Module ids as bundlers write them: an absolute path, perhaps with a query, perhaps virtual. */
import { relative } from 'node:path'

export type Language = 'js' | 'jsx' | 'ts' | 'tsx' | 'sfc'

export interface ModuleId {
  /** Path with forward slashes, without query and hash. */
  readonly path: string
  readonly query: URLSearchParams
  readonly isVirtual: boolean
}

const LANGUAGES: Readonly<Record<string, Language>> = {
  js: 'js',
  mjs: 'js',
  cjs: 'js',
  jsx: 'jsx',
  ts: 'ts',
  mts: 'ts',
  cts: 'ts',
  tsx: 'tsx',
  vue: 'sfc',
  svelte: 'sfc',
  mdx: 'sfc',
  astro: 'sfc',
}

export function parseModuleId(id: string): ModuleId {
  const cut = id.search(/[?#]/)
  const path = cut < 0 ? id : id.slice(0, cut)
  return {
    path: path.includes('\\') ? path.replaceAll('\\', '/') : path,
    query: cut >= 0 && id[cut] === '?' ? new URLSearchParams(id.slice(cut + 1)) : NO_QUERY,
    isVirtual: id.includes('\0') || /^(?:virtual|data|https?|node):/.test(id),
  }
}

const NO_QUERY = new URLSearchParams()

/** The language that the file name promises; undefined for everything that holds no program of the user's. */
export function languageOf(path: string): Language | undefined {
  if (/\.d\.[cm]?ts$/.test(path)) return undefined
  const extension = path.slice(path.lastIndexOf('.') + 1)
  return Object.hasOwn(LANGUAGES, extension) ? LANGUAGES[extension] : undefined
}

/** Relative to the root with forward slashes, as manifests name it; `../` leads to workspace siblings. */
export const projectPath = (root: string, path: string): string => relative(root, path).replaceAll('\\', '/')

/** TypeScript or JSX, that is: text that JavaScript engines and acorn refuse. */
export function hasTypesByName(path: string): boolean {
  const language = languageOf(path)
  return language === 'ts' || language === 'tsx' || language === 'jsx'
}
