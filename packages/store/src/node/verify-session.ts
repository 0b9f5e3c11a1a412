/** Every file of a session read as a whole: each block unpacked, each chunk's checksum, each index against its blocks. */
import { join } from 'node:path'
import type { Damage } from '@hindscope/protocol'
import { listFrames, readTrace } from '../segment/read-trace.ts'
import { lockOwner } from './folder-lock.ts'
import { listSegments, segmentsFolder } from './segment-files.ts'
import type { SegmentFile } from './segment-files.ts'
import { readUnlessGone } from './session-folder.ts'

export interface FileDamage extends Damage {
  readonly file: string
}

export interface Verification {
  readonly files: number
  readonly chunks: number
  readonly events: number
  readonly damage: readonly FileDamage[]
}

/** Rejects with `trace-unreadable` when the disk fails. */
export async function verifySession(dir: string): Promise<Verification> {
  const folder = segmentsFolder(dir)
  const files = await listSegments(folder)
  const damage: FileDamage[] = []
  const isOpen = (await lockOwner(dir)) !== undefined
  let [chunks, events] = [0, 0]
  for (const file of files) {
    const bytes = await readUnlessGone(join(folder, file.name))
    if (bytes === undefined) continue
    const found = readTrace(bytes, chunk => {
      chunks++
      events += chunk.recordCount
    })
    // Of what is being appended half may be there.
    const isGrowing = isOpen && !file.isSealed && file === files.at(-1)
    const real = found.filter(({ offset, bytes: length }) => !isGrowing || offset + length < bytes.length)
    damage.push(...[...real, ...indexDamage(file, bytes)].map(item => ({ ...item, file: file.name })))
  }
  return { files: files.length, chunks, events, damage }
}

/** A sealed segment ends with an index that tells of each of its blocks. */
export function indexDamage({ isSealed }: SegmentFile, bytes: Uint8Array): Damage[] {
  if (!isSealed) return []
  const { frames } = listFrames(bytes)
  const blocks = frames.flatMap(frame => (frame.kind === 'block' ? frame.offset : []))
  const last = frames.at(-1)
  const isRight =
    last?.kind === 'index' &&
    last.offset + last.bytes === bytes.length &&
    last.index.spanBytes === last.offset &&
    last.index.blocks.map(({ offset }) => offset).join() === blocks.join()
  return isRight
    ? []
    : [{ offset: bytes.length, bytes: 0, code: 'block-malformed', message: 'the index is missing or does not match: hindscope store rebuild' }]
}
