import { build } from 'esbuild'
import hindscope from 'hindscope/esbuild'

await build({
  entryPoints: ['../tiny-shared/src/main.ts'],
  outfile: 'dist/main.mjs',
  bundle: true,
  platform: 'node',
  format: 'esm',
  sourcemap: true,
  plugins: [hindscope()],
})
