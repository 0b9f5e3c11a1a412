/**
 * Minimal program for the one test262 file that ends the process that runs it, plain as well as instrumented:
 * language/expressions/dynamic-import/import-fulfilled-member-of-errored-cycle.js. Nothing of this repository is in it.
 *
 * Modules a, b and c import each other in a cycle; b throws after an await. Importing c again afterwards must reject with b's error
 * (ECMA-262, Evaluate); V8 asserts that b, the root of the cycle, has a promise, which it never had.
 *
 * usage: node tests/conformance/engine-crash.mjs     prints how a child process with these modules ends
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const WAIT = 'await Promise.resolve(0)\n'
const MODULES = {
  'a.mjs': `import './b.mjs'\n${WAIT}`,
  'b.mjs': `import './c.mjs'\n${WAIT}throw new Error('thrown in b')\n`,
  'c.mjs': `import './a.mjs'\n${WAIT}`,
  'x.mjs': `import './b.mjs'\n${WAIT}`,
  'main.mjs': `import './b.mjs'\nimport './x.mjs'\n`,
  'start.mjs': `
    const first = await import('./main.mjs').catch(error => error)
    const second = await import('./c.mjs').catch(error => error)
    console.log(first === second ? 'rejected with the same error' : 'did not reject with the same error')
  `,
}

const folder = mkdtempSync(join(tmpdir(), 'errored-cycle-'))
try {
  for (const [name, text] of Object.entries(MODULES)) writeFileSync(join(folder, name), text)
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['start.mjs'], { cwd: folder, encoding: 'utf8' })
  const why = /^# .*$/m.exec(stderr)?.[0] ?? ''
  console.log(`Node ${process.version}, V8 ${process.versions.v8}: ${stdout.trim() || `ended by ${signal ?? `exit code ${status}`} ${why}`}`)
} finally {
  rmSync(folder, { recursive: true })
}
