/** TypeScript's way of naming files: `./cart.js` may stand for `./cart.ts`. Everything else resolves by Node's own rules. */
import { existsSync } from 'node:fs'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

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

/**
 * The specifier to resolve instead, or the same one. Only relative, absolute and file: specifiers name files. Its form stays, since
 * import takes URLs and require takes paths.
 */
export function redirectSpecifier(specifier: string, parentUrl: string | undefined): string {
  if (!/^(?:\.{1,2}\/|\/|file:)/.test(specifier) || parentUrl === undefined || !parentUrl.startsWith('file:')) return specifier
  const file = typescriptFileFor(fileURLToPath(new URL(specifier, parentUrl)))
  return file === undefined ? specifier : specifier.replace(/\.[cm]?jsx?(?=$|[?#])/, extname(file))
}
