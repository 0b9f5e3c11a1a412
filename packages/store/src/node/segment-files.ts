/**
 * Names in `segments/`:
 *
 *   NNNNNN.hscope          chunks as they came; the one with the highest number is being appended to
 *   NNNNNN.sealed.hscope   blocks and their index, never changed, only replaced as a whole
 *   *.tmp                  what was being written when something ended; nothing of it counts
 *
 * While a segment is sealed both of its forms are there for a moment: what is in both is the same and counts once.
 */
import { readdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'

export interface SegmentFile {
  readonly number: number
  readonly name: string
  readonly isSealed: boolean
}

export const segmentsFolder = (dir: string): string => join(dir, 'segments')
export const segmentName = (number: number): string => `${String(number).padStart(6, '0')}.hscope`
export const sealedName = (number: number): string => `${String(number).padStart(6, '0')}.sealed.hscope`

const SEGMENT = /^(\d{6,})(\.sealed)?\.hscope$/

/** In the order of their numbers, a sealed form before a raw one of the same number. None when the folder is not there. */
export async function listSegments(folder: string): Promise<SegmentFile[]> {
  const files: SegmentFile[] = []
  for (const name of await namesIn(folder)) {
    const match = SEGMENT.exec(name)
    if (match !== null) files.push({ number: Number(match[1]), name, isSealed: match[2] !== undefined })
  }
  return files.sort((a, b) => a.number - b.number || Number(b.isSealed) - Number(a.isSealed))
}

/** Removes what was half written; returns the names. Nobody else may be writing. */
export async function removeDrafts(folder: string): Promise<string[]> {
  const drafts = (await namesIn(folder)).filter(name => name.endsWith('.tmp'))
  for (const name of drafts) await unlink(join(folder, name))
  return drafts
}

export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch {
    // SAFE: a folder that is not there has no files.
    return []
  }
}
