/** Says why nothing is recorded: one check after the other, each with what to do. */
import { checkBundlers } from '../doctor/bundlers.ts'
import { checkLines } from '../doctor/check.ts'
import type { Check } from '../doctor/check.ts'
import { checkConfig } from '../doctor/config.ts'
import { checkFiles } from '../doctor/files.ts'
import { checkNode } from '../doctor/node-version.ts'
import { checkCollector, checkManifests, checkSessions } from '../doctor/recording.ts'
import { ExitCode } from '../exit-code.ts'
import { withProgress } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'

export interface DoctorFlags {
  readonly json?: boolean
}

export async function doctor(flags: DoctorFlags, terminal: Terminal): Promise<ExitCode> {
  const { check: config, dataDir, values } = checkConfig(terminal)
  const checks: Check[] = [checkNode(process.version), ...checkBundlers(terminal.cwd), config]
  if (dataDir !== undefined && values !== undefined) {
    checks.push(await withProgress(terminal, 'Looking at the project’s files', async () => checkFiles(terminal.cwd, dataDir, values)))
    checks.push(await checkCollector(dataDir, terminal.env), checkManifests(dataDir), await checkSessions(dataDir))
  }
  const problems = checks.filter(check => check.status === 'problem').length
  if (flags.json === true) terminal.print(JSON.stringify({ ok: problems === 0, checks }))
  else {
    for (const check of checks) for (const line of checkLines(check)) terminal.print(line)
    terminal.print(problems === 0 ? 'Nothing stands in the way of recording.' : `${problems === 1 ? 'One problem' : `${problems} problems`} found.`)
  }
  return problems === 0 ? ExitCode.ok : ExitCode.problem
}
