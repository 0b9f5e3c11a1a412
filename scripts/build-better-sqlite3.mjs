#!/usr/bin/env node
/**
 * `node scripts/build-better-sqlite3.mjs`: compiles better-sqlite3 12 with npm's node-gyp and the headers beside this Node, for its test. What its package would
 * download lies elsewhere than the registry. A minute of one core, so that no complete run does it; the test runs wherever the result lies.
 */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Failure, runScript } from './lib/failure.mjs'
import { fromRoot } from './lib/root.mjs'
import { runCommand } from './lib/run-command.mjs'

const PACKAGE = 'better-sqlite3-12'

await runScript(async () => {
  const require = createRequire(fromRoot('packages/runtime/package.json'))
  const folder = dirname(require.resolve(`${PACKAGE}/package.json`))
  const prefix = dirname(dirname(process.execPath))
  const nodeGyp = join(prefix, 'lib/node_modules/npm/node_modules/node-gyp/bin/node-gyp.js')
  const headers = existsSync(join(prefix, 'include/node/node.h')) ? [`--nodedir=${prefix}`] : []
  const { code, output } = await runCommand(process.execPath, [nodeGyp, 'rebuild', '--release', ...headers], { cwd: folder })
  if (code !== 0) throw new Failure(output.slice(-2000))
})
