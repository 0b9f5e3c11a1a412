/** What a realm recorded and gave up on purpose (protocol/incidents.ts), by sequence numbers; stretches that overlap are one. */
import type { GapDefinition } from '@hindscope/protocol'

export type Gap = Pick<GapDefinition, 'fromSeq' | 'toSeq' | 'fromUs' | 'toUs'>

export class GapList {
  /** Ascending, apart from each other. */
  private list: Gap[] = []

  get gaps(): readonly Gap[] {
    return this.list
  }

  add({ fromSeq, toSeq, fromUs, toUs }: Gap): void {
    if (toSeq <= fromSeq) return
    let added: Gap = { fromSeq, toSeq, fromUs, toUs }
    const others: Gap[] = []
    for (const gap of this.list) {
      if (gap.toSeq < added.fromSeq || gap.fromSeq > added.toSeq) others.push(gap)
      else
        added = {
          fromSeq: Math.min(gap.fromSeq, added.fromSeq),
          toSeq: Math.max(gap.toSeq, added.toSeq),
          fromUs: Math.min(gap.fromUs, added.fromUs),
          toUs: Math.max(gap.toUs, added.toUs),
        }
    }
    this.list = [...others, added].sort((a, b) => a.fromSeq - b.fromSeq)
  }

  /** How many of the sequence numbers [fromSeq, toSeq) lie in gaps. */
  within(fromSeq: number, toSeq: number): number {
    let count = 0
    for (const gap of this.list) count += Math.max(0, Math.min(gap.toSeq, toSeq) - Math.max(gap.fromSeq, fromSeq))
    return count
  }
}
