#!/usr/bin/env node
// Installs, builds and runs every test: `npm test [-- vitest arguments]`. The last line is `N passed, N failed[, N skipped]`.
// Without arguments the tests of the transform run first and by themselves: only they are measured (what of the transform cannot be shown to
// be tested may change somebody's program), and measuring slows tests down.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBuild } from './lib/ensure-build.mjs'
import { ensureInstall } from './lib/ensure-install.mjs'
import { runScript } from './lib/failure.mjs'
import { prepareChromium } from './lib/prepare-chromium.mjs'
import { requireNode } from './lib/require-node.mjs'
import { fromRoot, ROOT } from './lib/root.mjs'
import { countTests, closingLine } from './lib/test-report.mjs'

await runScript(async () => {
  requireNode()
  await ensureInstall()
  const chromium = await prepareChromium()
  await ensureBuild()
  const filters = process.argv.slice(2)
  const runs =
    filters.length > 0
      ? [filters]
      : [
          ['--project', 'transform', '--coverage'],
          ['--project', '!transform'],
        ]
  const folder = mkdtempSync(join(tmpdir(), 'hindscope-test-'))
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for (const [at, args] of runs.entries()) {
    const report = join(folder, `report-${at}.json`)
    const found = countTests(report, await runVitest(args, report, chromium))
    for (const name of Object.keys(counts)) counts[name] += found[name]
  }
  rmSync(folder, { recursive: true })
  console.log(closingLine(counts))
  return counts.failed > 0 || counts.passed === 0 ? 1 : 0
})

function runVitest(args, report, chromium) {
  const vitest = fromRoot('node_modules', 'vitest', 'vitest.mjs')
  const reporters = [
    '--reporter=default',
    `--reporter=${fromRoot('scripts', 'lib', 'unsteady-tests.mjs')}`,
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [vitest, 'run', ...reporters, ...args], {
      cwd: ROOT,
      env: { ...process.env, CHROMIUM_PATH: chromium },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    child.on('error', reject)
    child.on('close', code => resolve(code ?? 1))
  })
}
