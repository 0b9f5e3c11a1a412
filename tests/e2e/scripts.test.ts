/** The parts of `npm test` and `npm run demo` that decide what is said in the end. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findChromium } from '@hindscope/testkit/chromium'
import type { SessionSummary } from '@hindscope/protocol'
import { afterAll, describe, expect, it } from 'vitest'
import { requireNode } from '../../scripts/lib/require-node.mjs'
import { closingLine, countTests } from '../../scripts/lib/test-report.mjs'
import { judge } from '../../scripts/lib/verdict.mjs'

const folder = mkdtempSync(join(tmpdir(), 'hindscope-scripts-'))
afterAll(() => rmSync(folder, { recursive: true }))

function reportOf(testResults: readonly unknown[]): string {
  const path = join(folder, 'report.json')
  writeFileSync(path, JSON.stringify({ testResults }))
  return path
}
const file = (status: string, ...statuses: readonly string[]): unknown => ({ status, assertionResults: statuses.map(of => ({ status: of })) })

describe('the closing line of npm test', () => {
  it('counts tests over all files', () => {
    const counts = countTests(
      reportOf([file('passed', 'passed', 'passed', 'pending'), file('failed', 'passed', 'failed'), file('passed', 'todo')]),
      1,
    )
    expect(closingLine(counts)).toBe('3 passed, 1 failed, 2 skipped')
  })
  it('names no skipped tests when there are none', () => {
    expect(closingLine(countTests(reportOf([file('passed', 'passed')]), 0))).toBe('1 passed, 0 failed')
  })
  it('counts a file that does not load as a failure', () => {
    expect(closingLine(countTests(reportOf([file('passed', 'passed'), file('failed')]), 1))).toBe('1 passed, 1 failed')
  })
  it('counts an error outside of every test as a failure', () => {
    expect(closingLine(countTests(reportOf([file('passed', 'passed')]), 1))).toBe('1 passed, 1 failed')
  })
  it('counts a run without a report as a failure', () => {
    expect(closingLine(countTests(join(folder, 'absent.json'), 0))).toBe('0 passed, 1 failed')
  })
})

describe('what must be there', () => {
  it.each(['20.19.0', '20.20.2', '22.12.0', '24.1.0'])('takes Node %s', version => {
    expect(() => requireNode(version)).not.toThrow()
  })
  it.each(['18.20.0', '20.18.3', '21.7.0', '22.11.0'])('refuses Node %s and says what is needed', version => {
    expect(() => requireNode(version)).toThrow('^20.19.0 || >=22.12.0')
  })
  it('refuses a CHROMIUM_PATH that names no program', () => {
    expect(() => findChromium({ CHROMIUM_PATH: join(folder, 'absent') })).toThrow('CHROMIUM_PATH')
  })
  it('finds no Chromium where there is none', () => {
    expect(findChromium({ PATH: folder })).toBeUndefined()
  })
})

describe('the verdict on the recorded visit', () => {
  it('names everything that is missing', () => {
    const track = { calls: 0, realmKind: 'page' }
    const session = { tracks: [track], errors: 0, dropped: 3, damage: [{}] } as unknown as SessionSummary // SAFE: the fields that judge reads
    expect(judge(session, [])).toEqual([
      'No call of the page was recorded.',
      'No call of the server was recorded.',
      'No error was recorded, although the coupon breaks the server.',
      '3 events were dropped.',
      'The recording has 1 damaged places.',
      'No chain leads from a click in the page to a query in the server.',
    ])
  })
})
