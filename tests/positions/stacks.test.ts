/** Stack traces name the same functions, lines and columns with probes as without, once they are mapped to the sources. */
import { join } from 'node:path'
import { CHROMIUM_ARGS, ensureChromium } from '@hindscope/testkit/chromium'
import { chromium } from 'playwright-core'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { THROWING_CHAINS, buildApp } from './chains.ts'
import type { Chain } from './chains.ts'
import { compareDetails, filesOf, manifestsOf } from './comparison.ts'
import { scratchDir } from './programs.ts'
import { stacksInNode, stacksInPage } from './stack-runs.ts'
import { CALLED_BY_US, LAST_POSITION, inFolder, mapStacks, ownFrames, stackDifferences, withOurFrames } from './stacks.ts'
import type { MappedStack } from './stacks.ts'

const LEVELS = ['values', 'statements'] as const
/** A page is slow to make; it runs at the level that has all probes of the other. */
const PAGE_LEVELS = ['statements'] as const

let browser: Browser
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: await ensureChromium(), args: [...CHROMIUM_ARGS] })
})
afterAll(() => browser.close())

async function stacksOf(chain: Chain, outDir: string, level?: (typeof LEVELS)[number]): Promise<MappedStack[]> {
  const dataDir = join(outDir, 'data')
  const file = await buildApp(chain, { outDir, options: level && { dataDir, production: true, level } })
  const stacks = chain.platform === 'browser' ? await stacksInPage(browser, outDir) : stacksInNode(file, dataDir)
  return mapStacks(stacks, chain.app, inFolder(outDir))
}

/** swc leaves out the parenthesis and maps what stands there to two places; composed maps keep the first. */
const TWO_PLACES: Readonly<Record<string, readonly string[]>> = { 'rspack, TypeScript': ['parenthesised'] }

it.each(THROWING_CHAINS.map(chain => [chain.name, chain] as const))('%s: stacks are those of the plain program', async (name, chain) => {
  const dir = scratchDir()
  const plain = await stacksOf(chain, join(dir, 'plain'))
  // Each stack leads to its author's text; the engine gives an AggregateError none.
  const without = plain.filter(stack => ownFrames([stack]).length === 0).map(({ label }) => label)
  expect(without.filter(label => label !== 'any')).toEqual([])
  const own = ownFrames(plain).length
  expect(own).toBeGreaterThan(chain.app === 'throws' ? 500 : 15)
  for (const level of chain.platform === 'browser' ? PAGE_LEVELS : LEVELS) {
    const probed = await stacksOf(chain, join(dir, level), level)
    const { exact, wrong } = compareDetails(chain.app, filesOf(chain), manifestsOf(join(dir, level, 'data')))
    expect(wrong).toEqual([])
    expect(exact).toBeGreaterThan(level === 'statements' ? own / 2 : -1)
    expect(withOurFrames(probed).filter(label => !CALLED_BY_US.includes(label))).toEqual([])
    const known = [...LAST_POSITION, ...(TWO_PLACES[name] ?? [])]
    const differences = Object.entries(stackDifferences(plain, probed))
    expect(Object.fromEntries(differences.filter(([label]) => !known.includes(label)))).toEqual({})
    expect(ownFrames(probed).length).toBeGreaterThan(own * 0.95)
    // What V8 gets wrong keeps its line and its depth.
    expect(differences.flatMap(([, lines]) => (lines.length === 1 ? [] : lines))).toEqual([])
  }
})
