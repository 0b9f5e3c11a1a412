/** One thing that doctor looks at. */
export interface Check {
  readonly id: string
  /** `problem`: nothing or too little is recorded because of it. `note`: worth knowing. */
  readonly status: 'ok' | 'note' | 'problem'
  readonly title: string
  readonly details: readonly string[]
  /** What to do; with `problem` always. */
  readonly fix?: string
}

const MARKS = { ok: '✓', note: '·', problem: '✗' } as const

export function checkLines(check: Check): string[] {
  const fix = check.fix === undefined ? [] : [`    fix: ${check.fix}`]
  return [`${MARKS[check.status]} ${check.title}`, ...check.details.map(detail => `    ${detail}`), ...fix]
}
