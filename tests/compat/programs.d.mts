export const PROGRAMS: Readonly<Record<string, readonly [files: number, functions: number]>>
export const LEVELS: readonly string[]
export const BROWSER_PROGRAMS: Readonly<Record<string, number>>
