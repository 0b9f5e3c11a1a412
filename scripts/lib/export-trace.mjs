/** A session of a data folder as one file, by the command that users have. */
import { Failure } from './failure.mjs'
import { fromRoot } from './root.mjs'
import { runCommand } from './run-command.mjs'

/** Resolves with `file` once it is written. */
export async function exportTrace(session, dataDir, file) {
  const cli = fromRoot('packages', 'cli', 'dist', 'main.mjs')
  const { code, output } = await runCommand(process.execPath, [cli, 'export', session, '-o', file], {
    cwd: fromRoot(),
    env: { ...process.env, HINDSCOPE_DIR: dataDir },
  })
  if (code !== 0) throw new Failure(`The trace could not be exported:\n${output}`)
  return file
}
