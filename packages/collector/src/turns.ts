/** Work of many in turns: each gets its share of a short turn, then the event loop has its own, then the next ones go on. */
import { TurnBudget } from '@hindscope/store/model'

/** A turn, which may keep recorders and queries waiting, takes no more than 10 ms: this and what one step takes at most. */
const TURN_MS = 8

export interface Worker {
  /** True when it wants another turn. */
  work(budget: TurnBudget): boolean
}

export class Turns {
  private readonly waiting = new Set<Worker>()
  private next: NodeJS.Immediate | undefined

  wake(worker: Worker): void {
    this.waiting.add(worker)
    this.next ??= setImmediate(() => this.run())
  }

  forget(worker: Worker): void {
    this.waiting.delete(worker)
  }

  close(): void {
    clearImmediate(this.next)
    this.waiting.clear()
  }

  private run(): void {
    this.next = undefined
    const untilMs = performance.now() + TURN_MS
    // Who is not finished goes to the end.
    const round = [...this.waiting]
    for (const worker of round) {
      this.waiting.delete(worker)
      if (worker.work(new TurnBudget(untilMs - performance.now()))) this.waiting.add(worker)
      if (performance.now() >= untilMs) break
    }
    if (this.waiting.size > 0) this.next ??= setImmediate(() => this.run())
  }
}
