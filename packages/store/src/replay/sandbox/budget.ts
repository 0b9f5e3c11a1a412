/** What one expression may take. */
import { HindscopeError } from '@hindscope/protocol'

const MAX_STEPS = 500_000
const MAX_CELLS = 5_000_000
const MAX_MS = 1000
export const MAX_CALL_DEPTH = 200
/** Steps between two looks at the clock. */
const CLOCK_STEPS = 256

export class Budget {
  private steps = 0
  private cells = 0
  private depth = 0
  private readonly untilMs = Date.now() + MAX_MS

  step(count: number): void {
    const before = this.steps
    this.steps += count
    if (this.steps > MAX_STEPS) throw spent(`${MAX_STEPS} steps`)
    if (Math.floor(before / CLOCK_STEPS) !== Math.floor(this.steps / CLOCK_STEPS) && Date.now() > this.untilMs) throw spent(`${MAX_MS} ms`)
  }

  spend(count: number): void {
    this.cells += count
    if (!(this.cells <= MAX_CELLS)) throw spent(`${MAX_CELLS} characters and list entries`)
  }

  /** Runs a call of an arrow function. */
  nested<T>(run: () => T): T {
    if (++this.depth > MAX_CALL_DEPTH) throw spent(`${MAX_CALL_DEPTH} calls within one another`)
    try {
      return run()
    } finally {
      this.depth--
    }
  }
}

const spent = (limit: string): HindscopeError => new HindscopeError('expression-budget', { limit })
