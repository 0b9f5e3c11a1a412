/** What tests of clients of Redis share: a thousand requests, each with a command and, in what follows it, another one, alone, in a pipeline or in a transaction. */
import { expect } from 'vitest'
import { causesOf, queriesOf } from './database-programs.ts'

/** Request `i` sets `k<i>` in the call `r<i>`, reads it in `second <i>`, and has its answer in `end <i>`. */
export function expectOwnCommands(lines: readonly string[]): void {
  const queries = queriesOf(lines).filter(({ by }) => by !== 'nobody')
  // SET and GET of each, MULTI and EXEC of a third.
  expect(queries).toHaveLength(2000 + 2 * 333)
  const wrong = queries.filter(({ by, start, end }) => {
    const [, statement = ''] = /statement: "(\w+)"/.exec(start) ?? []
    const i = /parameters: \["k(\d+)"/.exec(start)?.[1] ?? /\d+/.exec(by)?.[0]
    return end !== '{}' || by !== (statement === 'SET' ? `r${i}` : `second ${i}`)
  })
  expect(wrong).toEqual([])
  const causes = causesOf(lines)
  const misplaced = Array.from({ length: 1000 }, (_, i) => i).filter(
    i => causes.get(`second ${i}`) !== `r${i}` || causes.get(`end ${i}`) !== `second ${i}`,
  )
  expect(misplaced).toEqual([])
  expect(causes.size).toBe(3000)
}
