export interface ProgramRun {
  readonly lines: readonly string[]
  readonly exports: readonly string[]
  readonly leaks: readonly string[]
  readonly files: number
  readonly functions: number
  readonly probes: number
  readonly problems: readonly string[]
  readonly stats: { readonly events: number; readonly errors: Readonly<Record<string, number>> }
}
export function runProgram(name: string, level: string, options?: { readonly isFull?: boolean }): Promise<ProgramRun>
export function differences(plain: ProgramRun, instrumented: ProgramRun): string[]
