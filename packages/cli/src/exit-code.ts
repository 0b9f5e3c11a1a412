/** What the command's exit code says. Stable: scripts depend on it. `run` gives back the program's own code instead. */
export const ExitCode = { ok: 0, problem: 1, usage: 2 } as const
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]
