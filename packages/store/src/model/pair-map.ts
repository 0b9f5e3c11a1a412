/** Pairs of unsigned 32-bit numbers, numbered from 0 in the order in which they came. Typed arrays with linear probing, as IntMap. */
import { grown } from './columns.ts'

export class PairMap {
  size = 0
  private first = new Uint32Array(16)
  private second = new Uint32Array(16)
  /** Number + 1 by hash; 0 = free slot. */
  private slots = new Uint32Array(32)

  /** The pair's number; -1 when it was never added. */
  get(first: number, second: number): number {
    const { slots } = this
    const mask = slots.length - 1
    for (let slot = hash(first, second) & mask; ; slot = (slot + 1) & mask) {
      const number = (slots[slot] as number) - 1 // SAFE: slot is masked to the length
      if (number === -1 || (this.first[number] === first && this.second[number] === second)) return number
    }
  }

  /** The pair's number, given to it when it has none. */
  add(first: number, second: number): number {
    const known = this.get(first, second)
    if (known !== -1) return known
    if (this.size === this.first.length) {
      this.first = grown(this.first, this.size * 2)
      this.second = grown(this.second, this.size * 2)
    }
    const number = this.size++
    this.first[number] = first
    this.second[number] = second
    if (this.size * 2 > this.slots.length) this.widen()
    else this.place(number)
    return number
  }

  private widen(): void {
    this.slots = new Uint32Array(this.slots.length * 2)
    for (let number = 0; number < this.size; number++) this.place(number)
  }

  private place(number: number): void {
    const mask = this.slots.length - 1
    let slot = hash(this.first[number] as number, this.second[number] as number) & mask // SAFE: number is below the size
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask
    this.slots[slot] = number + 1
  }
}

/** Fibonacci hashing of both numbers; the high half is folded in because only low bits are kept. */
const hash = (first: number, second: number): number => {
  const mixed = Math.imul(Math.imul(first, 0x9e3779b1) ^ second, 0x85ebca6b)
  return mixed ^ (mixed >>> 15)
}
