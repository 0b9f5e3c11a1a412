/** What adapters of loggers share: a line is recorded as one of the console is, at the call that said it. Fields are masked by name and form as other values are. */
import { ConsoleLevel, EventKind } from '@hindscope/protocol'
import type { RecorderAccess } from './adapter.ts'

const LEVELS: Readonly<Record<string, number>> = {
  emerg: ConsoleLevel.error,
  alert: ConsoleLevel.error,
  crit: ConsoleLevel.error,
  fatal: ConsoleLevel.error,
  error: ConsoleLevel.error,
  warning: ConsoleLevel.warn,
  warn: ConsoleLevel.warn,
  notice: ConsoleLevel.info,
  info: ConsoleLevel.info,
  http: ConsoleLevel.info,
  verbose: ConsoleLevel.debug,
  debug: ConsoleLevel.debug,
  silly: ConsoleLevel.debug,
  trace: ConsoleLevel.debug,
}

/** The console's level that comes next to a logger's; `log` for levels that the program has made up. */
export const consoleLevelOf = (name: unknown): number => (typeof name === 'string' && Object.hasOwn(LEVELS, name) && LEVELS[name]) || ConsoleLevel.log

/** Never throws. */
export function tellLine(recorder: RecorderAccess, level: number, said: readonly unknown[]): void {
  if (recorder.isBusy()) return
  try {
    recorder.record(EventKind.console, level, [said])
  } catch {
    recorder.fail('adapter-failed') // SAFE: the line is said, unrecorded; counted.
  }
}
