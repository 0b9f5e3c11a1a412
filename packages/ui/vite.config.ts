import { defineConfig } from 'vite'
import type { UserConfig } from 'vite'
import { fileURLToPath } from 'node:url'
import { pageMessages } from './page-messages.ts'

/** Static files with relative addresses: the same build is served by the collector, the dev server and the CLI under any path. */
const config: UserConfig = defineConfig({
  base: './',
  plugins: [pageMessages(fileURLToPath(new URL('src', import.meta.url)))],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: { target: 'es2022', outDir: 'dist', emptyOutDir: true, chunkSizeWarningLimit: 700, modulePreload: { polyfill: false } },
})

export default config
