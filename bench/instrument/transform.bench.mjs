// The pure function alone, over real files: megabytes of source a second, output growth.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { gzipSync } from 'node:zlib'
import { instrument } from '@hindscope/instrument'
import { find, fixed, table, whenCase } from '../lib/case.mjs'

export const title = 'Transform alone'
export const notes =
  'First call in a fresh process (cold) and best of five after it (warm), no map asked for. Growth is output to input, raw and gzipped.'
export const rounds = 3

const FILES = {
  'react-dom development': ['react-dom', 'cjs/react-dom-client.development.js'],
  'rollup node entry': ['rollup', 'dist/shared/rollup.js'],
}
export const variants = Object.keys(FILES).flatMap(file => ['calls', 'values', 'statements'].map(level => ({ file, level })))

await whenCase(import.meta, async ({ file, level }) => {
  const require = createRequire(import.meta.url)
  const [name, path] = FILES[file]
  const source = readFileSync(require.resolve(`${name}/package.json`).replace('package.json', path), 'utf8')
  const run = () => instrument(source, { id: path, sourceType: 'commonjs', plan: { level }, hook: 'require' })
  const started = performance.now()
  const { code, manifest } = run()
  const coldMs = performance.now() - started
  let warmMs = Infinity
  for (let i = 0; i < 5; i++) {
    const again = performance.now()
    run()
    warmMs = Math.min(warmMs, performance.now() - again)
  }
  return {
    coldMs,
    warmMs,
    mb: source.length / 1e6,
    probes: manifest.probes.length,
    growth: code.length / source.length,
    gzipGrowth: gzipSync(code).length / gzipSync(source).length,
  }
})

export function report(rows) {
  const lines = variants.map(variant => {
    const { coldMs, warmMs, mb, probes, growth, gzipGrowth } = find(rows, variant).figures
    return [
      variant.file,
      variant.level,
      fixed(mb.median),
      probes.median,
      `${fixed(coldMs.median, 0)} ms`,
      `${fixed(warmMs.median, 0)} ms`,
      fixed(mb.median / (warmMs.median / 1000), 1),
      `×${fixed(growth.median)}`,
      `×${fixed(gzipGrowth.median)}`,
    ]
  })
  return table(['file', 'level', 'MB', 'probes', 'cold', 'warm', 'MB/s warm', 'size', 'gzipped'], lines)
}
