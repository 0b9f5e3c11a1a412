export const PROGRAMS: Readonly<Record<string, readonly [files: number, functions: number]>>
export const LEVELS: readonly string[]
