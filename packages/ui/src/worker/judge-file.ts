/** What a file was, when not all of it could be read: each kind of bad input is a message of its own. */
import { diagnostic } from '@hindscope/protocol'
import type { Damage, MessageCode, MessageParams } from '@hindscope/protocol'
import { formatClock, formatExact } from '../core/time-text.ts'
import { formatBytes } from '../core/byte-text.ts'
import type { Failure } from '../engine/failure.ts'

export interface ReadFile {
  readonly name: string
  readonly bytes: Uint8Array
  /** Events that were read, definitions not counted. */
  readonly events: number
  readonly damage: readonly Damage[]
  /** Microseconds from the first event of the file to its last. */
  readonly lengthUs: number
}

/** undefined when nothing is wrong. */
export function judgeFile(file: ReadFile): Failure | undefined {
  const { name, bytes, events, damage, lengthUs } = file
  const [first, last] = [damage[0], damage.at(-1)]
  if (first === undefined || last === undefined) return undefined
  const newer = damage.find(({ code }) => code.endsWith('-version'))
  if (events === 0) {
    if (newer) return fail('ui-file-newer', { name, reason: wordsOf(newer) })
    if (!damage.some(({ offset }) => hasMagic(bytes, offset))) return fail('ui-file-not-trace', { name, found: describeStart(bytes) })
    return fail('ui-file-nothing-readable', { name, reason: wordsOf(first) })
  }
  const isCut = last.offset + last.bytes === bytes.length && last.code.endsWith('-truncated')
  if (isCut && damage.length === 1) return fail('ui-file-truncated', { name, have: formatExact(last.offset), until: formatClock(lengthUs) })
  if (newer && damage.length === 1) return fail('ui-file-newer', { name, reason: wordsOf(newer) })
  const lost = damage.reduce((sum, part) => sum + part.bytes, 0)
  return fail('ui-file-damaged', { name, count: damage.length === 1 ? 'One part' : `${damage.length} parts`, bytes: formatBytes(lost) })
}

export function fail(code: MessageCode, params: MessageParams): Failure {
  const { message, fix } = diagnostic(code, 'error', params)
  return { code, message, fix }
}

/** Without the code, which is that of the part and not of the file. */
const wordsOf = ({ message }: Damage): string => message.replace(/^\[hindscope:[\w-]+\] /, '')

const MAGICS = ['HSCK', 'HSBK', 'HSIX']
const hasMagic = (bytes: Uint8Array, at: number): boolean => MAGICS.includes(String.fromCharCode(...bytes.subarray(at, at + 4)))

const STARTS: readonly (readonly [start: string, words: string])[] = [
  ['\u001f\u008b', 'it is compressed with gzip'],
  ['PK\u0003\u0004', 'it is a ZIP archive'],
  ['PAR1', 'it is a Parquet file'],
  ['{', 'it looks like JSON'],
  ['[', 'it looks like JSON'],
  ['<', 'it looks like HTML or XML'],
]

function describeStart(bytes: Uint8Array): string {
  const start = String.fromCharCode(...bytes.subarray(0, 8))
  const hex = [...bytes.subarray(0, 4)].map(byte => byte.toString(16).padStart(2, '0')).join(' ')
  return STARTS.find(([text]) => start.trimStart().startsWith(text))?.[1] ?? `it begins with ${hex}`
}
