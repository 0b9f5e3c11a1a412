/** CRC-32 (IEEE 802.3, reflected, polynomial 0xEDB88320), eight bytes a step. */
const TABLES: readonly Uint32Array[] = /*#__PURE__*/ buildTables()

function buildTables(): Uint32Array[] {
  const tables = Array.from({ length: 8 }, () => new Uint32Array(256))
  for (let n = 0; n < 256; n++) {
    let c = n
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1
    ;(tables[0] as Uint32Array)[n] = c // SAFE: eight tables were just made
  }
  for (let t = 1; t < 8; t++) {
    const previous = tables[t - 1] as Uint32Array // SAFE: t >= 1
    const current = tables[t] as Uint32Array // SAFE: t < 8
    for (let n = 0; n < 256; n++) {
      const p = previous[n] as number // SAFE: 256 entries
      current[n] = (p >>> 8) ^ ((tables[0] as Uint32Array)[p & 0xff] as number) // SAFE: masked to 256 entries
    }
  }
  return tables
}

export function crc32(bytes: Uint8Array, from = 0, to: number = bytes.length): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = TABLES as readonly [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ]
  const at = (index: number): number => bytes[index] as number // SAFE: callers stay below `to`
  const look = (table: Uint32Array, index: number): number => table[index & 0xff] as number // SAFE: masked
  let c = 0xffffffff
  let i = from
  for (; i + 8 <= to; i += 8) {
    const lo = c ^ (at(i) | (at(i + 1) << 8) | (at(i + 2) << 16) | (at(i + 3) << 24))
    c =
      look(t7, lo) ^
      look(t6, lo >>> 8) ^
      look(t5, lo >>> 16) ^
      look(t4, lo >>> 24) ^
      look(t3, at(i + 4)) ^
      look(t2, at(i + 5)) ^
      look(t1, at(i + 6)) ^
      look(t0, at(i + 7))
  }
  for (; i < to; i++) c = (c >>> 8) ^ look(t0, c ^ at(i))
  return (c ^ 0xffffffff) >>> 0
}
