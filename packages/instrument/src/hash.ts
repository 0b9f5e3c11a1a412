/**
 * 64 bits of content hash as 16 hex digits, in plain JavaScript: this package runs where no crypto module exists, and the result
 * names a manifest, it protects nothing. Two multiply-xor lanes in one pass over the text, mixed into each other at the end (the
 * construction known as cyrb53).
 * PERF: the second largest part of the whole transform before it was one pass – bench/instrument/transform.bench.mjs
 */
export function hashText(...parts: readonly string[]): string {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (const part of parts) {
    for (let i = 0; i < part.length; i++) {
      const unit = part.charCodeAt(i)
      a = Math.imul(a ^ unit, 0x9e3779b1)
      b = Math.imul(b ^ unit, 0x5f356495)
    }
    // A part boundary is a unit that no text has, so that ('a', 'bc') and ('ab', 'c') differ.
    a = Math.imul(a ^ 0x10000, 0x9e3779b1)
    b = Math.imul(b ^ 0x10000, 0x5f356495)
  }
  const high = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35)
  const low = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35)
  return word(high) + word(low)
}

const word = (bits: number): string => (bits >>> 0).toString(16).padStart(8, '0')
