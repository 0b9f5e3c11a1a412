/** Typed arrays that grow by doubling. Readers index the array directly; lengths are kept by the table that owns the columns. */

type Numbers = Float64Array | Uint32Array | Int32Array | Uint16Array | Uint8Array

/** A copy of `array` with room for `capacity` entries, which may be fewer. */
export function grown<T extends Numbers>(array: T, capacity: number): T {
  const Type = array.constructor as new (length: number) => T // SAFE: typed-array constructors take a length
  const copy = new Type(capacity)
  copy.set(capacity < array.length ? array.subarray(0, capacity) : array)
  return copy
}

/** Half as much again: what is not used yet is memory too. */
export const nextCapacity = (have: number, need: number): number => Math.max(have + (have >> 1), need, 64)

/** More than an eighth of the room is free. */
export const isRoomy = (length: number, capacity: number): boolean => length < capacity - (capacity >> 3)

/** A list of row or call numbers. */
export class IndexList {
  length = 0
  items: Uint32Array = new Uint32Array(16)

  push(value: number): void {
    if (this.length === this.items.length) this.items = grown(this.items, this.length * 2)
    this.items[this.length++] = value
  }

  at(index: number): number {
    return this.items[index] as number // SAFE: callers stay below length
  }
}

/** The first index in [low, high) for which `isAfter` holds, or `high`; `isAfter` must be false then true. */
export function lowerBound(low: number, high: number, isAfter: (index: number) => boolean): number {
  let from = low
  let to = high
  while (from < to) {
    const middle = (from + to) >>> 1
    if (isAfter(middle)) to = middle
    else from = middle + 1
  }
  return from
}

/** As lowerBound, in steps that double: quick where the index is near `low`. */
export function gallop(low: number, high: number, isAfter: (index: number) => boolean): number {
  let from = low
  let step = 1
  while (from + step <= high && !isAfter(from + step - 1)) {
    from += step
    step *= 2
  }
  return lowerBound(from, Math.min(high, from + step - 1), isAfter)
}
