/** Memory that is used again is as long as was asked for, and no one's any more. */
import { expect, test } from 'vitest'
import { ChunkMemory } from '../../src/recorder/chunk-memory.ts'

const LARGE = 200_000

test('what was given back is given out once, cut to what is asked for', () => {
  const memory = new ChunkMemory()
  const first = memory.take(LARGE)
  memory.giveBack(first)
  const second = memory.take(LARGE - 1000)
  expect([second.buffer === first.buffer, second.length]).toEqual([true, LARGE - 1000])
  expect(memory.take(LARGE - 1000).buffer).not.toBe(first.buffer)
})

test('a small chunk neither takes the memory of a large one nor puts it out', () => {
  const memory = new ChunkMemory()
  const large = memory.take(LARGE)
  memory.giveBack(large)
  const small = memory.take(100)
  memory.giveBack(small)
  expect([small.buffer.byteLength, memory.take(LARGE).buffer === large.buffer]).toEqual([100, true])
})
