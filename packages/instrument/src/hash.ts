/**
 * 64 bits of content hash as 16 hex digits, in plain JavaScript: this package runs where no crypto module exists, and the result
 * names a manifest, it protects nothing. Two multiply-xor lanes per 32-bit half, mixed at the end (the construction known as cyrb53).
 */
export function hashText(...parts: readonly string[]): string {
  return lane(parts, 0xdeadbeef) + lane(parts, 0x41c6ce57)
}

function lane(parts: readonly string[], seed: number): string {
  let a = seed
  let b = seed ^ 0x9e3779b9
  for (const part of parts) {
    for (let i = 0; i < part.length; i++) {
      const unit = part.charCodeAt(i)
      a = Math.imul(a ^ unit, 0x85ebca77)
      b = Math.imul(b ^ unit, 0xc2b2ae3d)
    }
    // A part boundary is a unit that no text has, so that ('a', 'bc') and ('ab', 'c') differ.
    a = Math.imul(a ^ 0x10000, 0x85ebca77)
    b = Math.imul(b ^ 0x10000, 0xc2b2ae3d)
  }
  a = Math.imul(a ^ (a >>> 16), 0x735a2d97) ^ Math.imul(b ^ (b >>> 15), 0xcaf649a9)
  a ^= a >>> 13
  return (a >>> 0).toString(16).padStart(8, '0')
}
