/** Files that appear under their name whole and durable, or not at all. */
import { mkdir, open, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Writes `path` piece by piece; nothing is left behind when a piece or the disk fails. Returns its size in bytes. */
export async function writeDurably(path: string, pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<number> {
  const draft = `${path}.tmp`
  let total = 0
  try {
    await using file = await open(draft, 'w')
    for await (const piece of pieces) {
      await file.writeFile(piece)
      total += piece.length
    }
    await file.sync()
  } catch (error) {
    await unlink(draft).catch(() => undefined) // SAFE: the write's own error is reported; a draft that stays is removed at the next opening.
    throw error
  }
  await rename(draft, path)
  await syncFolder(dirname(path))
  return total
}

/** A new file's name is durable only once its folder is synced. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } catch {
    // SAFE: some file systems cannot sync folders; the file itself was synced, only its name may be lost in a power cut.
  } finally {
    await folder.close()
  }
}

export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true })
}
