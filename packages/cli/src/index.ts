/** The hindscope command, for programs that run it in their own process. */
export { runCli } from './program.ts'
export type { Terminal } from './terminal.ts'
