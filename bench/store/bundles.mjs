// The store and the trace generator as one module each, bundled from their sources, so that plain Node and a page run what the tree says
// now, whatever is in dist. Made once a run, in its folder.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const packages = fileURLToPath(new URL('../../packages/', import.meta.url))
const here = fileURLToPath(new URL('.', import.meta.url))

/** DuckDB has a native part: it stays where the store finds it. */
const duckdbStays = {
  name: 'duckdb-stays',
  setup({ onResolve }) {
    const { resolve } = createRequire(join(packages, 'store/package.json'))
    onResolve({ filter: /^@duckdb\// }, ({ path }) => ({ path: pathToFileURL(resolve(path)).href, external: true }))
  },
}
const fromStore = contents => ({ contents, resolveDir: join(packages, 'store/src'), loader: 'ts' })

const BUNDLES = {
  generator: { platform: 'node', entryPoints: [join(packages, 'testkit/src/trace-generator.ts')] },
  // What is measured: the package's own surface, and sealing by itself.
  store: {
    platform: 'node',
    plugins: [duckdbStays],
    stdin: fromStore(`export * from './index.ts'
      export * from './model.ts'
      export { sealChunks } from './segment/seal-chunks.ts'
      export { decodeChunk } from '@hindscope/protocol'`),
  },
  tiers: {
    platform: 'node',
    plugins: [duckdbStays],
    stdin: fromStore(`export { openSession } from './index.ts'
      export { Tiers } from './tiers/tiers.ts'
      export { sessionsOf } from './tiers/tier-sessions.ts'
      export { archiveSession } from './tiers/cold-tier.ts'`),
  },
  worker: { platform: 'browser', entryPoints: [join(here, 'worker.mjs')] },
}

export const bundleFile = name => join(process.env.BENCH_WORK, `store-${name}.mjs`)

/** Makes the bundle and gives its file. */
export async function bundle(name) {
  const outfile = bundleFile(name)
  if (existsSync(outfile)) return outfile
  const { build } = await import('esbuild')
  await build({
    ...BUNDLES[name],
    bundle: true,
    target: ['node20', 'chrome120'],
    format: 'esm',
    outfile,
    logLevel: 'error',
    alias: { '@hindscope/protocol': join(packages, 'protocol/src/index.ts'), '@hindscope/store/model': join(packages, 'store/src/model.ts') },
  })
  return outfile
}
