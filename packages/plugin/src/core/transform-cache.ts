import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Instrumented } from './instrument-module.ts'

/** Watch builds and dev servers transform the same text again and again: per environment, after a restart, after an edit undone. */
const MAX_CHARACTERS = 64 * 1024 * 1024

export interface TransformCache {
  get(key: string): Instrumented | undefined
  set(key: string, result: Instrumented): void
}

/** Parts are everything that the result depends on: text, incoming map, id, hook, hash of the options. */
export function cacheKey(parts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(`${part.length}:`).update(part)
  return hash.digest('base64')
}

/** One per process: a restarted dev server and the environments of one server share it. */
export const transformCache: TransformCache = new LRUCache<string, Instrumented>({
  maxSize: MAX_CHARACTERS,
  sizeCalculation: result => result.code.length + 1024,
})
