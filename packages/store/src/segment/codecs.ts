/**
 * Compression of streams. What the platform has is used where it is there (asked for once, as protocol's crc32 does); elsewhere, in
 * browsers and in Node before zstd came, two small libraries read both codecs, so that every file opens everywhere.
 */
import { HindscopeError } from '@hindscope/protocol'
import { deflateSync, inflateSync } from 'fflate'
import { decompress as unzstd } from 'fzstd'

export interface Codec {
  /** As it stands in blocks. */
  readonly id: number
  compress(bytes: Uint8Array): Uint8Array
  /** The same outside the thread that asks, where the platform can. */
  compressAside(bytes: Uint8Array): Promise<Uint8Array>
  /**
   * `rawBytes` bytes or an error of any kind, never more. Of bytes that hold more or less the
   * rest may be cut off or zero: chunks have checksums of their own.
   */
  decompress(bytes: Uint8Array, rawBytes: number): Uint8Array
}

type Coder = (bytes: Uint8Array, options?: object) => Uint8Array
type AsyncCoder = (bytes: Uint8Array, options: object, done: (error: Error | null, result: Uint8Array) => void) => void
/** The part of node:zlib that is used. */
interface Zlib {
  readonly deflateRaw?: AsyncCoder
  readonly zstdCompress?: AsyncCoder
  readonly deflateRawSync?: Coder
  readonly inflateRawSync?: Coder
  readonly zstdCompressSync?: Coder
  readonly zstdDecompressSync?: Coder
  readonly constants?: Readonly<Record<string, number>>
}

function platformZlib(): Zlib {
  const { process: host } = globalThis as { process?: { getBuiltinModule?(name: string): Zlib | undefined } } // SAFE: what is not there is not called
  return (typeof host?.getBuiltinModule === 'function' && host.getBuiltinModule('node:zlib')) || {}
}

/** What more bytes could never come from: deflate's limit, and zstd's for a block of one repeated byte. */
const MAX_RATIO = 32_768

/** Where the block stands is told by whoever reads it. */
const malformed = (reason: string): HindscopeError => new HindscopeError('block-malformed', { offset: '0', reason })

function exactly(bytes: Uint8Array, rawBytes: number): Uint8Array {
  if (bytes.length !== rawBytes) throw malformed(`${bytes.length} bytes instead of ${rawBytes}`)
  return bytes
}

function checkClaim(bytes: Uint8Array, rawBytes: number): void {
  if (rawBytes > bytes.length * MAX_RATIO) throw malformed(`${bytes.length} bytes cannot hold ${rawBytes}`)
}

/** PERF: fzstd asks `output == 1`, for which the engine would write all of it as text – bench/store */
const outputOf = (bytes: number): Uint8Array => Object.assign(new Uint8Array(bytes), { valueOf: () => bytes + 2 })

/** Level 6: smaller than 3 by a fortieth for a tenth more time; higher ones cost half of the speed for a hundredth. */
const ZSTD_LEVEL = 6
const DEFLATE_LEVEL = 6

const aside = (coder: AsyncCoder, bytes: Uint8Array, options: object): Promise<Uint8Array> =>
  new Promise((resolve, reject) => coder(bytes, options, (error, result) => (error === null ? resolve(result) : reject(error))))

function createCodecs(zlib: Zlib): { readonly deflate: Codec; readonly zstd: Codec; readonly canZstd: boolean } {
  const { deflateRaw, deflateRawSync, inflateRawSync, zstdCompress, zstdCompressSync, zstdDecompressSync } = zlib
  const deflateOptions = { level: DEFLATE_LEVEL } as const
  const zstdOptions = { params: { [zlib.constants?.['ZSTD_c_compressionLevel'] ?? 100]: ZSTD_LEVEL } }
  return {
    canZstd: zstdCompressSync !== undefined,
    deflate: {
      id: 1,
      compress: bytes => (deflateRawSync ?? deflateSync)(bytes, deflateOptions),
      compressAside: async bytes => (deflateRaw ? aside(deflateRaw, bytes, deflateOptions) : deflateSync(bytes, deflateOptions)),
      decompress(bytes, rawBytes) {
        checkClaim(bytes, rawBytes)
        if (inflateRawSync) return exactly(inflateRawSync(bytes, { maxOutputLength: rawBytes }), rawBytes)
        return exactly(inflateSync(bytes, { out: new Uint8Array(rawBytes) }), rawBytes)
      },
    },
    zstd: {
      id: 2,
      compress(bytes) {
        if (zstdCompressSync === undefined) throw malformed('this platform cannot write zstd')
        return zstdCompressSync(bytes, zstdOptions)
      },
      async compressAside(bytes) {
        return zstdCompress ? aside(zstdCompress, bytes, { ...zstdOptions, pledgedSrcSize: bytes.length }) : this.compress(bytes)
      },
      decompress(bytes, rawBytes) {
        checkClaim(bytes, rawBytes)
        if (zstdDecompressSync) return exactly(zstdDecompressSync(bytes, { maxOutputLength: rawBytes }), rawBytes)
        return exactly(unzstd(bytes, outputOf(rawBytes)), rawBytes)
      },
    },
  }
}

const platform = /*#__PURE__*/ createCodecs(/*#__PURE__*/ platformZlib())
const libraries = /*#__PURE__*/ createCodecs({})

export const deflateCodec: Codec = platform.deflate
export const zstdCodec: Codec = platform.zstd
/** What any engine has. */
export const libraryCodecs: readonly Codec[] = [libraries.deflate, libraries.zstd]

/** The best that this platform can write. */
export const writingCodec: Codec = platform.canZstd ? zstdCodec : deflateCodec

export const codecOf = (id: number): Codec | undefined => (id === zstdCodec.id ? zstdCodec : id === deflateCodec.id ? deflateCodec : undefined)
