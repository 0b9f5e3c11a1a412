/** How long a piece of work may keep others waiting. */

/** Rows between two looks at the clock: a row whose values are decoded takes some 10 µs. */
const STEPS = 32

export class TurnBudget {
  private readonly untilMs: number
  private steps = STEPS

  constructor(ms: number) {
    this.untilMs = performance.now() + ms
  }

  /** Counts a step; true once the time is over. The first steps are always free, so that every turn gets somewhere. */
  isOver(): boolean {
    if (--this.steps > 0) return false
    this.steps = 1
    if (performance.now() >= this.untilMs) return true
    this.steps = STEPS
    return false
  }
}
