/** The same manifests are written by servers of one process, and by its threads, at the same time. */
import { readdirSync } from 'node:fs'
import { afterEach, expect, test, vi } from 'vitest'
import { createManifestStore, manifestKeys, manifestsDir } from '../../src/core/manifest-store.ts'
import { scratchProject } from '../scratch-project.ts'

afterEach(() => vi.restoreAllMocks())

test.each([1, 3])('%s manifests of a module that several stores write at once are there, and nothing is left behind', async count => {
  const warned = vi.spyOn(process, 'emitWarning')
  const folder = scratchProject()
  const stores = Array.from({ length: 8 }, () => createManifestStore(folder, { immediate: false }))
  const keys = Array.from({ length: count }, (_, i) => `module-${i}`)
  for (const store of stores)
    for (const key of keys) store.add({ key, probes: 1, functions: 1, json: JSON.stringify({ module: key, text: 'x'.repeat(200_000) }) })
  await Promise.all(stores.map(store => store.flush()))
  expect(warned.mock.calls).toEqual([])
  expect([...manifestKeys(folder)].toSorted()).toEqual(keys)
  expect(readdirSync(manifestsDir(folder)).filter(name => name.endsWith('.tmp'))).toEqual([])
})
