/** `<dataDir>/collector.json`: how programs of the project find the running collector. Holds the token, hence mode 0600. */
import { mkdir, readFile, rename, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CollectorAddress } from '@hindscope/protocol'

const addressFile = (dataDir: string): string => join(dataDir, 'collector.json')

/** Written aside and renamed: a reader sees a whole file or the one before. */
export async function writeAddress(dataDir: string, address: CollectorAddress): Promise<void> {
  await mkdir(dataDir, { recursive: true })
  const draft = `${addressFile(dataDir)}.${process.pid}.tmp`
  await writeFile(draft, `${JSON.stringify(address, null, 2)}\n`, { mode: 0o600 })
  await rename(draft, addressFile(dataDir))
}

/** Removes the file if it still names this collector; a later one may have written its own. */
export async function removeAddress(dataDir: string, address: CollectorAddress): Promise<void> {
  try {
    const found = JSON.parse(await readFile(addressFile(dataDir), 'utf8')) as Partial<CollectorAddress> // SAFE: only compared
    if (found.token === address.token && found.url === address.url) await unlink(addressFile(dataDir))
  } catch {
    // SAFE: the file is gone or is not ours to judge.
  }
}
