import { signal } from '@preact/signals-core'
import { describe, expect, it } from 'vitest'
import { createPagedList } from '../../src/core/paged-list.ts'
import type { PagedList } from '../../src/core/paged-list.ts'
import { failWith, succeed } from '../../src/engine/failure.ts'
import type { Result } from '../../src/engine/failure.ts'

interface Answer {
  readonly rows: readonly string[]
  readonly total: number
}
interface Key {
  readonly name: string
  readonly tick: number
}

function made(total = 95) {
  const key = signal<Key | undefined>({ name: 'a', tick: 0 })
  const asked: string[] = []
  const answers: ((fails?: boolean) => void)[] = []
  const list: PagedList<Answer, string> = createPagedList<Key, Answer, string>({
    key: () => key.value,
    load: ({ name }, { offset, limit }) => {
      asked.push(`${name} ${offset}`)
      const rows = Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, i) => `${name}${offset + i}`)
      return new Promise<Result<Answer>>(resolve =>
        answers.push(fails => resolve(fails === true ? failWith('ui-engine-unreachable', { reason: 'no' }) : succeed({ rows, total }))),
      )
    },
    rowsOf: ({ rows }) => rows,
    totalOf: answer => answer.total,
    pageRows: 10,
    keep: (a, b) => a.name === b.name,
  })
  const answerAll = async (fails?: boolean): Promise<void> => {
    // The newest first, as answers may come.
    for (const answer of answers.splice(0).reverse()) answer(fails)
    await new Promise(resolve => setTimeout(resolve))
  }
  return { key, asked, list, answerAll }
}

describe('a list in pages', () => {
  it('asks for what is on screen and for nothing twice; the last row is reached as the first', async () => {
    const { asked, list, answerAll } = made()
    await answerAll()
    expect([list.state.value.total, list.rowAt(3), list.rowAt(94)]).toEqual([95, 'a3', undefined])
    list.need(85, 200)
    list.need(88, 95)
    await answerAll()
    expect(list.rowAt(94)).toBe('a94')
    expect(list.find(row => row === 'a91')).toBe(91)
    expect(list.find(row => row === 'a50')).toBe(-1)
    expect(asked).toEqual(['a 0', 'a 80', 'a 90'])
  })

  it('asks again for what is on screen when its session grew, and keeps it meanwhile', async () => {
    const { key, asked, list, answerAll } = made()
    await answerAll()
    list.need(32, 45)
    await answerAll()
    key.value = { name: 'a', tick: 1 }
    expect(list.rowAt(33)).toBe('a33')
    await answerAll()
    await answerAll()
    expect([list.rowAt(33), list.rowAt(44), list.rowAt(3)]).toEqual(['a33', 'a44', undefined])
    expect(asked).toEqual(['a 0', 'a 30', 'a 40', 'a 30', 'a 40'])
  })

  it('starts anew for another question, and forgets answers to the old one', async () => {
    const { key, list, answerAll } = made()
    key.value = { name: 'b', tick: 0 }
    expect(list.state.value.answer).toBeUndefined()
    await answerAll()
    expect(list.rowAt(0)).toBe('b0')
    key.value = undefined
    expect(list.state.value.total).toBe(0)
  })

  it('says what failed and asks again when told to', async () => {
    const { asked, list, answerAll } = made()
    await answerAll(true)
    expect(list.state.value.failure?.code).toBe('ui-engine-unreachable')
    list.reload()
    await answerAll()
    expect([list.state.value.failure, list.rowAt(0)]).toEqual([undefined, 'a0'])
    expect(asked).toEqual(['a 0', 'a 0'])
  })
})
