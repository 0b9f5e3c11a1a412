/** Client rendering in Chromium: effects, suspense, error boundaries and events, framework and program instrumented as one bundle. */
import { CHROMIUM_ARGS, ensureChromium } from '@hindscope/testkit/chromium'
import { chromium } from 'playwright-core'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { differences } from './harness/compare.mjs'
import { bundleProgram, bundleRecorder, runInPage } from './harness/in-browser.mjs'
import { BROWSER_PROGRAMS, LEVELS } from './programs.mjs'

/** Larger programs run at the level that has all probes of the others. */
const MAX_FUNCTIONS = 1000

let browser: Browser
let recorder: string

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: await ensureChromium(), args: [...CHROMIUM_ARGS] })
  recorder = await bundleRecorder()
})
afterAll(() => browser.close())

test.each(Object.entries(BROWSER_PROGRAMS))('%s renders, updates and fails the same with probes as without', async (name, functions) => {
  const code = await bundleProgram(name)
  const plain = await runInPage(browser, { name, code, recorder, level: 'plain' })
  expect(plain.lines.length).toBeGreaterThan(40)
  for (const level of functions > MAX_FUNCTIONS ? LEVELS.slice(-1) : LEVELS) {
    const run = await runInPage(browser, { name, code, recorder, level })
    expect(run.functions).toBeGreaterThanOrEqual(functions)
    expect(run.stats.events).toBeGreaterThan(run.functions)
    expect(run.stats.errors).toEqual({})
    expect(differences(plain, run)).toEqual([])
  }
})
