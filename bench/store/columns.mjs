// The floor of any store of traces: the columns of the records, values and texts as they are, compressed by the same algorithm and at the
// level that the store uses. Whoever is smaller has understood the records.
import * as zlib from 'node:zlib'

const ZSTD_LEVEL = 6
const DEFLATE_LEVEL = 6
/** Events that are compressed together: larger runs gain nothing. */
const RUN_EVENTS = 1 << 20
const RECORD_WORDS = 6

/** `zstd` where the platform writes it, else `deflate`. */
export const codecName = zlib.zstdCompressSync ? 'zstd' : 'deflate'
const compress = bytes =>
  zlib.zstdCompressSync
    ? zlib.zstdCompressSync(bytes, { params: { [zlib.constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL } })
    : zlib.deflateRawSync(bytes, { level: DEFLATE_LEVEL })

/** Bytes that all chunks take so. */
export function floorOf(chunks) {
  const byRealm = new Map()
  let bytes = 0
  const flush = run => {
    const columns = Array.from({ length: RECORD_WORDS }, () => new Int32Array(run.events))
    let at = 0
    for (const { records, recordCount } of run.chunks) {
      for (let row = 0; row < recordCount; row++, at++)
        for (let word = 0; word < RECORD_WORDS; word++) columns[word][at] = records[row * RECORD_WORDS + word]
    }
    for (const column of columns) if (run.events > 0) bytes += compress(new Uint8Array(column.buffer)).length
    bytes += compress(Buffer.concat(run.chunks.map(chunk => chunk.values))).length
    bytes += compress(Buffer.from(run.chunks.flatMap(chunk => chunk.strings).join('\0'))).length
  }
  for (const chunk of chunks) {
    const run = byRealm.get(chunk.realm) ?? { chunks: [], events: 0 }
    byRealm.set(chunk.realm, run)
    run.chunks.push(chunk)
    run.events += chunk.recordCount
    if (run.events < RUN_EVENTS) continue
    flush(run)
    byRealm.delete(chunk.realm)
  }
  for (const run of byRealm.values()) flush(run)
  return bytes
}
