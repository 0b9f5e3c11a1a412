import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { defineConfig } from 'tsdown'

/** `hindscope/libraries/redux` and so on: programs have this package, not the runtime that it brings along. */
function writeLibraries(): void {
  const dist = new URL('dist/libraries/', import.meta.url)
  mkdirSync(dist, { recursive: true })
  for (const file of readdirSync(new URL('../runtime/src/libraries', import.meta.url)).filter(name => name.endsWith('.ts'))) {
    const name = file.slice(0, -'.ts'.length)
    for (const ending of ['mjs', 'd.mts']) writeFileSync(new URL(`${name}.${ending}`, dist), `export * from '@hindscope/runtime/libraries/${name}'\n`)
  }
}

export default defineConfig({
  entry: [
    'src/index.ts',
    'src/vite.ts',
    'src/vitest.ts',
    'src/jest.ts',
    'src/jest/transform.ts',
    'src/jest/run-file.ts',
    'src/jest/reporter.ts',
    'src/webpack.ts',
    'src/rspack.ts',
    'src/rollup.ts',
    'src/rolldown.ts',
    'src/esbuild.ts',
    'src/register.ts',
    'src/mark.ts',
    'src/in-page.ts',
    'src/node/loader-thread.ts',
    'src/core/instrument-thread.ts',
  ],
  format: 'esm',
  dts: true,
  platform: 'node',
  target: 'es2022',
  fixedExtension: true,
  hooks: { 'build:done': writeLibraries },
})
