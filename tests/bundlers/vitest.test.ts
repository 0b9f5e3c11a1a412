/** Tests of a project run in vitest as they do without us, in each of its pools and with a document, and all of them are recorded. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { recordedCalls, run, scratchDir } from './recording.ts'

const APP = fileURLToPath(new URL('./apps/vitest/', import.meta.url))
const VITEST = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
const TESTS = 6
const REALMS = 3

it('passes the same tests in every pool and environment, and records each of them', async () => {
  const dataDir = scratchDir()
  const results = join(scratchDir(), 'results.json')
  const { stderr } = await run([VITEST, 'run', '--root', APP, '--reporter=json', `--outputFile=${results}`], { dataDir })
  const { testResults } = JSON.parse(readFileSync(results, 'utf8')) as Results
  const failed = testResults.flatMap(file => file.assertionResults).filter(test => test.status !== 'passed')
  expect(failed, stderr).toEqual([])
  expect(testResults.flatMap(file => file.assertionResults).length).toBe(TESTS * REALMS)
  expect(recordedCalls(dataDir).filter(call => call === 'call-return total → 6').length).toBe(2 * REALMS)
})

interface Results {
  readonly testResults: readonly { readonly assertionResults: readonly { readonly title: string; readonly status: string }[] }[]
}
