import { mkdirSync, readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createDiskCache } from '../../src/core/disk-cache.ts'
import type { Instrumented } from '../../src/core/instrument-module.ts'
import { scratchProject } from '../scratch-project.ts'

const result = (code: string): Instrumented => ({
  code,
  map: { mappings: 'AAAA', names: [] },
  manifest: { key: '0123456789abcdef', probes: 2, functions: 1, json: '{"module":"0123456789abcdef"}' },
  diagnostics: [],
})
/** The manifest's text lies elsewhere. */
const stored = (code: string): Instrumented => ({ ...result(code), manifest: { key: '0123456789abcdef', probes: 2, functions: 1, json: undefined } })
const segments = (dir: string): string[] => readdirSync(join(dir, 'cache')).filter(name => name.endsWith('.cache'))

it('gives a later process what an earlier one wrote, every character of it', async () => {
  const dir = scratchProject()
  const first = createDiskCache(dir, '1')
  first.set('a', result('let größe = "\u{1f600}\ud800"\n\v'))
  first.set('b', result(''))
  await first.flush()
  const second = createDiskCache(dir, '1')
  // A lone surrogate has no UTF-8: such a text is not what it was, so it must not be kept.
  expect([second.get('a'), second.get('b'), second.get('c')]).toEqual([undefined, stored(''), undefined])
  first.set('a', result('let größe = "\u{1f600}"\n\v'))
  await first.flush()
  expect(createDiskCache(dir, '1').get('a')).toEqual(stored('let größe = "\u{1f600}"\n\v'))
})

it('answers nothing that another version wrote, and removes it', async () => {
  const dir = scratchProject()
  const old = createDiskCache(dir, '1')
  old.set('a', result('old'))
  await old.flush()
  const [file] = segments(dir)
  const next = createDiskCache(dir, '2')
  expect(next.get('a')).toBeUndefined()
  next.set('a', result('new'))
  await next.flush()
  expect(segments(dir)).toHaveLength(1)
  expect(segments(dir)).not.toContain(file)
})

it('answers the right text or none, whatever happened to its files', async () => {
  const texts = ['let a = 1', 'let b = "ä"', 'x'.repeat(300)]
  const dir = scratchProject()
  const cache = createDiskCache(dir, '1')
  for (const text of texts) cache.set(text, result(text))
  await cache.flush()
  const [name = ''] = segments(dir)
  const whole = readFileSync(join(dir, 'cache', name))
  let found = 0
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), (at, change, isCut) => {
      const bytes = Buffer.from(whole)
      bytes[at] = (bytes[at] ?? 0) ^ change
      writeFileSync(join(dir, 'cache', name), bytes)
      if (isCut) truncateSync(join(dir, 'cache', name), at)
      const damaged = createDiskCache(dir, '1')
      for (const text of texts) {
        const answer = damaged.get(text)
        if (answer === undefined) continue
        found++
        expect(answer).toEqual(stored(text))
      }
    }),
    { numRuns: 300 },
  )
  expect(found).toBeGreaterThan(100)
})

it('keeps what processes wrote that did not know of each other', async () => {
  const dir = scratchProject()
  const caches = ['a', 'b', 'c'].map(key => ({ key, cache: createDiskCache(dir, '1') }))
  for (const { key, cache } of caches) {
    expect(cache.get(key)).toBeUndefined()
    cache.set(key, result(key))
  }
  await Promise.all(caches.map(({ cache }) => cache.flush()))
  const later = createDiskCache(dir, '1')
  expect(caches.map(({ key }) => later.get(key)?.code)).toEqual(['a', 'b', 'c'])
})

it('makes one file of many, and loses nothing by it', async () => {
  const dir = scratchProject()
  const cache = createDiskCache(dir, '1')
  for (let n = 0; n < 30; n++) {
    cache.set(`key ${n}`, result(`text ${n}`))
    await cache.flush()
  }
  expect(segments(dir).length).toBeLessThanOrEqual(12)
  const later = createDiskCache(dir, '1')
  expect(Array.from({ length: 30 }, (_, n) => later.get(`key ${n}`)?.code)).toEqual(Array.from({ length: 30 }, (_, n) => `text ${n}`))
})

it('leaves other files of its folder alone', async () => {
  const dir = scratchProject()
  mkdirSync(join(dir, 'cache'))
  writeFileSync(join(dir, 'cache', 'notes.txt'), 'mine')
  const cache = createDiskCache(dir, '1')
  cache.set('a', result('a'))
  await cache.flush()
  expect(readFileSync(join(dir, 'cache', 'notes.txt'), 'utf8')).toBe('mine')
})
