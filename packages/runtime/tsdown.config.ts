import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: ['src/index.ts', 'src/hook.ts', 'src/start.ts'],
  format: 'esm',
  dts: true,
  platform: 'neutral',
  target: 'es2022',
  fixedExtension: true,
})
