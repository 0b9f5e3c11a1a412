// TypeScript of this repository as a module: sources and test helpers, without a build. Plain Node has no way to import them.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** The table in alias.ts, which is the only one. */
function aliases() {
  const rows = readFileSync(join(root, 'alias.ts'), 'utf8').matchAll(/'(@hindscope\/[^']+)': at\('([^']+)'\)/g)
  return Object.fromEntries([...rows].map(([, name, path]) => [name, join(root, path)]))
}

/** Bundles a file (path from the root of the repository) and its imports into `outfile`. */
export async function bundle(path, outfile, format = 'esm') {
  await build({
    entryPoints: [join(root, path)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format,
    alias: aliases(),
    nodePaths: [join(root, 'packages/store/node_modules'), join(root, 'packages/collector/node_modules')],
    external: ['@duckdb/node-api'],
    logLevel: 'error',
    logOverride: { 'empty-import-meta': 'silent' },
  })
  return outfile
}

/** What the file exports. */
export async function loadTypescript(path) {
  const folder = mkdtempSync(join(tmpdir(), 'hindscope-bench-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return import(pathToFileURL(await bundle(path, join(folder, 'module.mjs'))).href)
}
