/** Installs the workspace when it is not, or when the lockfile is another than the one installed last. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { Failure } from './failure.mjs'
import { fromRoot, ROOT } from './root.mjs'
import { runCommand } from './run-command.mjs'
import { step } from './step.mjs'

const STAMP = fromRoot('node_modules', '.hindscope-installed')

export async function ensureInstall() {
  const wanted = createHash('sha256')
    .update(readFileSync(fromRoot('pnpm-lock.yaml')))
    .digest('hex')
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return
  await step('Installing dependencies with pnpm (a minute on the first run)', async onBeat => {
    const { code, output } = await runCommand('npx', ['-y', packageManager(), 'install', '--frozen-lockfile', '--reporter=append-only'], {
      cwd: ROOT,
      env: { ...process.env, CI: 'true' },
      onBeat,
    })
    if (code !== 0) throw new Failure(explain(output))
  })
  writeFileSync(STAMP, wanted)
}

/** `pnpm@x.y.z` as package.json pins it. */
function packageManager() {
  return JSON.parse(readFileSync(fromRoot('package.json'), 'utf8')).packageManager
}

const REASONS = [
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|META_FETCH_FAIL/,
    'The package registry cannot be reached. Check the network, or `npm config get registry`.',
  ],
  [/OUTDATED_LOCKFILE/, 'pnpm-lock.yaml does not fit the package.json files. Run `npx pnpm install` and commit the lockfile.'],
  [/ENOSPC/, 'The disk is full.'],
  [/EACCES|EPERM/, 'Some file in the repository or in the package store may not be written by this user.'],
]

function explain(output) {
  const reason = REASONS.find(([pattern]) => pattern.test(output))?.[1] ?? 'pnpm install failed.'
  return `${reason}\n\nLast lines of pnpm:\n${output.trimEnd().split('\n').slice(-15).join('\n')}`
}
