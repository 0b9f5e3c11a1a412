/** A plugin that breaks the chain of maps is found at the end of the build, and named where the bundler lets it be tried again. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { transformSync } from 'esbuild'
import { expect, it } from 'vitest'
import { CHAINS, buildApp } from './chains.ts'
import type { Bundler, Chain } from './chains.ts'
import { scratchDir } from './programs.ts'

const HEADER = '/* a header */\n/* of several */\n/* lines */\n'
type Result = { code: string; map: unknown }
/** Prints the module anew and puts a header in front of it that its map knows nothing of. */
function offByHeader(code: string): Result {
  const { code: printed, map } = transformSync(code, { loader: 'ts', sourcemap: true, sourcefile: 'stock.ts', target: 'es2022' })
  return { code: HEADER + printed, map: JSON.parse(map) as unknown }
}
const unmapped = (code: string): Result => ({ code: HEADER + code, map: null })

const faulty = (name: string, change: (code: string) => Result, enforce?: 'pre' | 'post') => ({
  name,
  ...(enforce ? { enforce } : {}),
  transform: (code: string, id: string) => (id.endsWith('stock.ts') ? change(code) : undefined),
})

const chainOf = (bundler: Bundler): Chain => {
  const chain = CHAINS.find(candidate => candidate.app === 'ts' && candidate.bundler === bundler)
  if (!chain) throw new TypeError(bundler)
  return chain
}

async function warningsOf(bundler: Bundler, before: readonly object[], after: readonly object[]): Promise<string[]> {
  const outDir = scratchDir()
  const messages: string[] = []
  await buildApp(chainOf(bundler), { outDir, options: { dataDir: join(outDir, 'data'), production: true }, before, after, messages })
  return messages.filter(message => message.includes('plugin-map-broken'))
}

const CASES = (['vite', 'rollup', 'rolldown'] as const).flatMap(bundler => [
  [bundler, 'without a map, before us', [faulty('forgetful', unmapped)], []] as const,
  [bundler, 'without a map, after us', [], [faulty('forgetful', unmapped, 'post')]] as const,
  [bundler, 'with a wrong map, before us', [faulty('liar', offByHeader)], []] as const,
  [bundler, 'with a wrong map, after us', [], [faulty('liar', offByHeader, 'post')]] as const,
])

it.each(CASES)('%s: names the plugin that changes text %s', async (bundler, _, before, after) => {
  const warnings = await warningsOf(bundler, before, after)
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toMatch(/stock\.ts:\d+:\d+ \[hindscope:plugin-map-broken\]/)
  expect(warnings[0]).toContain(`Broken by: ${before.length > 0 ? before[0]?.name : after[0]?.name}.`)
})

it.each(['webpack', 'rspack'] as const)('%s: finds the module and names its loaders', async bundler => {
  const dir = scratchDir()
  const loader = join(dir, 'header-loader.cjs')
  writeFileSync(loader, `module.exports = function (code, map) { this.callback(null, ${JSON.stringify(HEADER)} + code, map) }`)
  const broken = {
    apply: (compiler: { options: { module: { rules: object[] } } }) =>
      void compiler.options.module.rules.push({ test: /stock\.ts$/, enforce: 'post', loader }),
  }
  const warnings = await warningsOf(bundler, [broken], [])
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toMatch(/stock\.ts:\d+:\d+ .*header-loader\.cjs/s)
})

it('esbuild: finds what moves the text of its output', async () => {
  const moving = {
    name: 'moving',
    setup: (build: {
      initialOptions: { write?: boolean }
      onEnd(listener: (result: { outputFiles?: { path: string; contents: Uint8Array; text: string }[] }) => void): void
    }) => {
      build.initialOptions.write = false
      build.onEnd(({ outputFiles = [] }) => {
        for (const file of outputFiles) if (!file.path.endsWith('.map')) file.contents = new TextEncoder().encode(HEADER + file.text)
      })
    },
  }
  const warnings = await warningsOf('esbuild', [moving], [])
  expect(warnings.length).toBeGreaterThan(0)
})
