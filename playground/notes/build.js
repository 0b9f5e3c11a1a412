// Builds the page with webpack and the API with esbuild: `node build.js [folder]`.
import { join } from 'node:path'
import { build } from 'esbuild'
import hindscope from 'hindscope/esbuild'
import webpack from 'webpack'

const dist = process.argv[2] ?? join(import.meta.dirname, 'dist')
process.env.NOTES_DIST = join(dist, 'page')
const { default: config } = await import('./webpack.config.js')

await new Promise((resolve, reject) => {
  webpack(config, (error, stats) => {
    if (error || stats.hasErrors()) reject(error ?? new Error(stats.toString('errors-only')))
    else resolve()
  })
})
await build({
  absWorkingDir: import.meta.dirname,
  entryPoints: ['src/api/main.js'],
  outfile: join(dist, 'api.mjs'),
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  sourcemap: true,
  logLevel: 'warning',
  plugins: [hindscope()],
})
