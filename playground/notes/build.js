// Builds the page with webpack and the API with esbuild, into dist/.
import { build } from 'esbuild'
import hindscope from 'hindscope/esbuild'
import webpack from 'webpack'
import config from './webpack.config.js'

await new Promise((resolve, reject) => {
  webpack(config, (error, stats) => {
    if (error || stats.hasErrors()) reject(error ?? new Error(stats.toString('errors-only')))
    else resolve()
  })
})
await build({
  absWorkingDir: import.meta.dirname,
  entryPoints: ['src/api/main.js'],
  outfile: 'dist/api.mjs',
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  sourcemap: true,
  logLevel: 'warning',
  plugins: [hindscope()],
})
