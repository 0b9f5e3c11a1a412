/** TypeScript's way of naming files: `./cart.js` may stand for `./cart.ts`. Everything else resolves by Node's own rules. */
import { existsSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

const TYPESCRIPT_OF: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.jsx'],
  '.jsx': ['.tsx'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
}

/** The TypeScript file that a JavaScript path stands for, when only that one exists. */
export function typescriptFileFor(path: string): string | undefined {
  const extension = /\.[cm]?jsx?$/.exec(path)?.[0]
  if (extension === undefined || existsSync(path)) return undefined
  const stem = path.slice(0, -extension.length)
  return TYPESCRIPT_OF[extension]?.map(candidate => stem + candidate).find(candidate => existsSync(candidate))
}

/** The specifier to resolve instead, or the same one. Only relative, absolute and file: specifiers name files. */
export function redirectSpecifier(specifier: string, parentUrl: string | undefined): string {
  if (!/^(?:\.{1,2}\/|\/|file:)/.test(specifier) || parentUrl === undefined || !parentUrl.startsWith('file:')) return specifier
  const url = new URL(specifier, parentUrl)
  const file = typescriptFileFor(fileURLToPath(url))
  return file === undefined ? specifier : pathToFileURL(file).href + url.search
}
