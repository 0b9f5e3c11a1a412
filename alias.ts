/**
 * Package name → source entry. The only alias table: vitest resolves workspace packages through it so that unit tests run
 * sources, and tests/architecture checks that tsconfig.json `paths` says the same.
 */
import { fileURLToPath } from 'node:url'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export const alias: Readonly<Record<string, string>> = {
  '@hindscope/protocol': at('./packages/protocol/src/index.ts'),
  '@hindscope/instrument': at('./packages/instrument/src/index.ts'),
  '@hindscope/runtime/hook': at('./packages/runtime/src/hook.ts'),
  '@hindscope/runtime/start': at('./packages/runtime/src/start.ts'),
  '@hindscope/runtime/mark': at('./packages/runtime/src/mark.ts'),
  '@hindscope/runtime/in-page': at('./packages/runtime/src/in-page/index.ts'),
  '@hindscope/runtime': at('./packages/runtime/src/index.ts'),
  '@hindscope/store/model': at('./packages/store/src/model.ts'),
  '@hindscope/store': at('./packages/store/src/index.ts'),
  '@hindscope/collector': at('./packages/collector/src/index.ts'),
  '@hindscope/cli': at('./packages/cli/src/index.ts'),
  '@hindscope/testkit/chromium': at('./packages/testkit/src/chromium.mjs'),
  '@hindscope/testkit': at('./packages/testkit/src/index.ts'),
}
