/** Random numbers of generated traces: the same seed draws the same numbers on every machine. */

/** Marsaglia's xorshift with 32 bits of state: fast, and even enough for traffic. */
export class SeededRandom {
  private state: number

  constructor(seed: number) {
    // Neighbouring seeds must not draw neighbouring numbers, and a state of 0 would stay 0.
    this.state = Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b) | 1
    for (let i = 0; i < 8; i++) this.next()
  }

  /** 31 bits. */
  next(): number {
    let { state } = this
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    this.state = state
    return state >>> 1
  }

  /** A whole number from 0 to `end` - 1. */
  below(end: number): number {
    return Math.floor((this.next() / 0x8000_0000) * end)
  }

  between(first: number, last: number): number {
    return first + this.below(last - first + 1)
  }

  /** True once in `times`. */
  oneIn(times: number): boolean {
    return this.below(times) === 0
  }
}

const SLOTS_BITS = 17

/** Draws ranks so that rank r comes up about as often as 1 / (r + 1): few functions run most of the time. */
export class ZipfTable {
  private readonly slots: Uint16Array = new Uint16Array(1 << SLOTS_BITS)

  /** `items`: what is drawn, the most frequent first; numbers below 65536. */
  constructor(items: ArrayLike<number>) {
    let sum = 0
    for (let rank = 0; rank < items.length; rank++) sum += 1 / (rank + 1)
    let reached = 0
    let slot = 0
    for (let rank = 0; rank < items.length; rank++) {
      reached += 1 / (rank + 1) / sum
      const end = Math.round(reached * this.slots.length)
      // SAFE: rank < length
      for (; slot < end; slot++) this.slots[slot] = items[rank] as number
    }
  }

  /** `bits`: random ones, of which the lowest 17 are used. */
  draw(bits: number): number {
    return this.slots[bits & ((1 << SLOTS_BITS) - 1)] as number // SAFE: masked
  }
}
