#!/usr/bin/env node
// Installs, builds and runs every test: `npm test [-- vitest arguments]`. The last line is `N passed, N failed[, N skipped]`.
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
  const folder = mkdtempSync(join(tmpdir(), 'hindscope-test-'))
  const report = join(folder, 'report.json')
  const exitCode = await runVitest(report, chromium)
  const counts = countTests(report, exitCode)
  rmSync(folder, { recursive: true })
  console.log(closingLine(counts))
  return exitCode !== 0 || counts.failed > 0 || counts.passed === 0 ? 1 : 0
})

function runVitest(report, chromium) {
  const vitest = fromRoot('node_modules', 'vitest', 'vitest.mjs')
  const reporters = [
    '--reporter=default',
    `--reporter=${fromRoot('scripts', 'lib', 'unsteady-tests.mjs')}`,
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]
  return new Promise((resolve, reject) => {
    const filters = process.argv.slice(2)
    // A part of the tests covers a part of the code.
    const coverage = filters.length === 0 ? ['--coverage'] : []
    const child = spawn(process.execPath, [vitest, 'run', ...reporters, ...coverage, ...filters], {
      cwd: ROOT,
      env: { ...process.env, CHROMIUM_PATH: chromium },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    child.on('error', reject)
    child.on('close', code => resolve(code ?? 1))
  })
}
