/** Builds the packages that are older than their sources. */
import { Failure } from './failure.mjs'
import { fromRoot, ROOT } from './root.mjs'
import { runCommand } from './run-command.mjs'
import { step } from './step.mjs'

export async function ensureBuild() {
  await step('Building the packages', async onBeat => {
    const { code, output } = await runCommand(process.execPath, [fromRoot('scripts', 'build.mjs')], { cwd: ROOT, onBeat })
    if (code !== 0) throw new Failure(`The build failed.\n${output.trimEnd()}`)
    return output.trim() === '' ? 'nothing to do' : undefined
  })
}
