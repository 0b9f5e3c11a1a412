/** How far the clocks of realms are apart: what the collector estimated, and what causes and effects in the trace contradict. */
import type { ClockDefinition, ClockViolations } from '@hindscope/protocol'

interface Pair {
  readonly from: number
  readonly to: number
  links: number
  violations: number
  /** Least time from a cause to its effect, each by its own clock. */
  leastUs: number
}

export class ClockTable {
  private readonly clocks = new Map<number, ClockDefinition>()
  private pairs = new Map<string, Pair>()

  /** The last one counts. */
  add(definition: ClockDefinition): void {
    this.clocks.set(definition.realm, definition)
  }

  of(realm: number): ClockDefinition | undefined {
    return this.clocks.get(realm)
  }

  definitions(): readonly ClockDefinition[] {
    return [...this.clocks.values()]
  }

  /** Something in track `from` caused something in track `to`; both times are by their own clocks. */
  linked(from: number, to: number, causeUs: number, effectUs: number): void {
    if (from === to) return
    const key = `${from} ${to}`
    let pair = this.pairs.get(key)
    if (pair === undefined) this.pairs.set(key, (pair = { from, to, links: 0, violations: 0, leastUs: Infinity }))
    pair.links++
    if (effectUs < causeUs) pair.violations++
    pair.leastUs = Math.min(pair.leastUs, effectUs - causeUs)
  }

  /** No effect in `to` is known to come earlier after its cause in `from`; Infinity without links. */
  leastUs(from: number, to: number): number {
    return this.pairs.get(`${from} ${to}`)?.leastUs ?? Infinity
  }

  violations(): readonly ClockViolations[] {
    return [...this.pairs.values()]
      .filter(pair => pair.violations > 0)
      .map(({ from, to, links, violations, leastUs }) => ({ from, to, links, violations, worstUs: -leastUs }))
  }

  /** Tracks are built anew. */
  forgetLinks(): void {
    this.pairs = new Map()
  }
}
