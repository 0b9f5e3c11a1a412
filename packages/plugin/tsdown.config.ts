import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: [
    'src/index.ts',
    'src/vite.ts',
    'src/webpack.ts',
    'src/rspack.ts',
    'src/rollup.ts',
    'src/rolldown.ts',
    'src/esbuild.ts',
    'src/register.ts',
    'src/mark.ts',
    'src/node/loader-thread.ts',
    'src/core/instrument-thread.ts',
  ],
  format: 'esm',
  dts: true,
  platform: 'node',
  target: 'es2022',
  fixedExtension: true,
})
