/**
 * Unsigned 32-bit key → non-negative integer, in two typed arrays with linear probing: 16 bytes a call at most, no object per entry,
 * and hostile ids (huge, sparse, repeated) cost no more than honest ones. Keys are never removed.
 */
export class IntMap {
  size = 0
  private keys = new Uint32Array(16)
  /** Value + 1; 0 = free slot. */
  private values = new Uint32Array(16)

  get(key: number): number | undefined {
    const mask = this.keys.length - 1
    for (let slot = hash(key) & mask; ; slot = (slot + 1) & mask) {
      const value = this.values[slot] as number // SAFE: slot is masked to the length
      if (value === 0) return undefined
      if (this.keys[slot] === key) return value - 1
    }
  }

  set(key: number, value: number): void {
    if (this.size * 2 >= this.keys.length) this.widen()
    if (this.place(key, value)) this.size++
  }

  private place(key: number, value: number): boolean {
    const mask = this.keys.length - 1
    let slot = hash(key) & mask
    while (this.values[slot] !== 0 && this.keys[slot] !== key) slot = (slot + 1) & mask
    const isNew = this.values[slot] === 0
    this.keys[slot] = key
    this.values[slot] = value + 1
    return isNew
  }

  private widen(): void {
    const { keys, values } = this
    this.keys = new Uint32Array(keys.length * 2)
    this.values = new Uint32Array(keys.length * 2)
    for (let slot = 0; slot < keys.length; slot++) {
      const value = values[slot] as number // SAFE: within the length
      if (value !== 0) this.place(keys[slot] as number, value - 1) // SAFE: same length as values
    }
  }
}

/** Fibonacci hashing; the high half is folded in because only low bits are kept. */
const hash = (key: number): number => {
  const mixed = Math.imul(key, 0x9e3779b1)
  return mixed ^ (mixed >>> 15)
}
