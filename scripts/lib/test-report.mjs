import { readFileSync } from 'node:fs'

/**
 * Counts of a vitest JSON report. What is not a test but failed all the same counts as one failed test each: a file that does not load,
 * a report that is not there, an error outside of every test.
 */
export function countTests(path, exitCode) {
  const report = readReport(path)
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 }
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for (const file of report.testResults) {
    for (const { status } of file.assertionResults) counts[status === 'passed' || status === 'failed' ? status : 'skipped']++
    if (file.status === 'failed' && !file.assertionResults.some(test => test.status === 'failed')) counts.failed++
  }
  if (exitCode !== 0 && counts.failed === 0) counts.failed = 1
  return counts
}

export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined // SAFE: vitest ended before it wrote the report; the caller counts that as a failure.
  }
}
