import { readFileSync, readdirSync } from 'node:fs'
import { defineConfig } from 'tsdown'
import { capturedStatics } from './captured-statics.ts'
import { ownNames } from './own-names.ts'
import { pageText } from './page-text.ts'

/** Keeps the messages of other packages out of the user's program: the recorder can only meet those of the protocol. */
const ownMessages = {
  name: 'own-messages',
  transform(code: string, id: string): string | undefined {
    if (!/[\\/]protocol[\\/]src[\\/]messages\.ts$/.test(id)) return undefined
    const headings = readFileSync(new URL('../../docs/messages/protocol.md', import.meta.url), 'utf8').matchAll(/^## (\S+)$/gm)
    const kept = new Set([...headings].map(([, heading]) => heading))
    return code.replace(/^ {2}'?([a-z0-9-]+)'?: \{\n.*\n.*\n {2}\},\n/gm, (entry, name: string) => (kept.has(name) ? entry : ''))
  },
}

const shared = {
  platform: 'neutral',
  target: 'es2022',
  // Numbers with names become numbers: what V8 inlines is limited by the length of its code.
  inputOptions: { optimization: { inlineConst: { mode: 'all', pass: 2 } } },
  fixedExtension: true,
  plugins: [ownMessages, ownNames, capturedStatics],
  // The recorder runs in other people's programs: what it needs of the protocol is inside its own files.
  deps: { alwaysBundle: ['@hindscope/protocol'] },
} as const

const PAGE = { start: 'src/start-browser.ts', hook: 'src/hook.ts' }

/** `libraries/redux` and so on: each a file that stands alone, for every target. */
const LIBRARIES = Object.fromEntries(
  readdirSync(new URL('src/libraries', import.meta.url))
    .filter(name => name.endsWith('.ts'))
    .map(name => [`libraries/${name.slice(0, -'.ts'.length)}`, `src/libraries/${name}`]),
)
/** Loaded by what records the tests of a runner, by their path. */
const TEST_RUNS = { 'test-runs/vitest': 'src/test-runs/vitest.ts', 'test-runs/jest': 'src/test-runs/jest.ts' }
const OTHERS = { hook: 'src/hook.ts', start: 'src/start.ts', mark: 'src/mark.ts', ...LIBRARIES, ...TEST_RUNS }

export default defineConfig([
  { ...shared, entry: { index: 'src/index.ts', 'in-page': 'src/in-page/index.ts', ...OTHERS }, format: 'esm', dts: true },
  { ...shared, entry: OTHERS, format: 'cjs', dts: false, clean: false },
  // Pages get files of their own, as small as they can be: tests/architecture/page-size.test.ts.
  // Folded here, since not every bundler folds as much; names stay, because a bundler gives way to those of the program.
  {
    ...shared,
    plugins: [pageText, ownNames, capturedStatics],
    entry: PAGE,
    format: 'esm',
    outDir: 'dist/page',
    dts: false,
    clean: false,
    minify: { compress: true, mangle: false, codegen: false },
  },
])
