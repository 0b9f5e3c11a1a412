import { defineConfig } from 'tsdown'

const shared = {
  platform: 'neutral',
  target: 'es2022',
  fixedExtension: true,
  // The recorder runs in other people's programs: what it needs of the protocol is inside its own files.
  deps: { alwaysBundle: ['@hindscope/protocol'] },
} as const

export default defineConfig([
  { ...shared, entry: ['src/index.ts', 'src/hook.ts', 'src/start.ts', 'src/start-browser.ts'], format: 'esm', dts: true },
  { ...shared, entry: ['src/hook.ts', 'src/start.ts'], format: 'cjs', dts: false, clean: false },
])
