import { mkdtemp, rm, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FolderLock, lockPath } from '../../src/node/folder-lock.ts'

test('a lock that cannot be renewed says so once, and no more when it was given back', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'hindscope-lock-'))
  const told: string[] = []
  const hear = (warning: Error): void => void told.push(warning.message)
  process.on('warning', hear)
  try {
    const lock = await FolderLock.acquire(dir, 0)
    await unlink(lockPath(dir))
    await expect.poll(() => told.length, { timeout: 15_000 }).toBe(1)
    expect(told[0]).toMatch(/^\[hindscope:lock-untouched\].*ENOENT/)
    await new Promise(resolve => setTimeout(resolve, 2500))
    await lock.release()
    expect(told).toHaveLength(1)
  } finally {
    process.off('warning', hear)
    await rm(dir, { recursive: true, force: true })
  }
})
