/** Numbers and names that cross boundaries: each table is free of repeats and within its field. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import * as protocol from '../src/index.ts'

const { ActivityType, BranchBit, ChunkType, ConsoleLevel, EndReason, EventKind, RealmKind, RecordFlag, ValueTag, Word } = protocol

describe('numbers on the wire', () => {
  const tables: Record<string, { table: Readonly<Record<string, number>>; max: number }> = {
    EventKind: { table: EventKind, max: 0xff },
    ActivityType: { table: ActivityType, max: protocol.MAX_EXTRA },
    ConsoleLevel: { table: ConsoleLevel, max: protocol.MAX_EXTRA },
    RealmKind: { table: RealmKind, max: protocol.MAX_EXTRA },
    EndReason: { table: EndReason, max: protocol.MAX_EXTRA },
    ChunkType: { table: ChunkType, max: 0xffff },
    ValueTag: { table: ValueTag, max: 0xff },
    Word: { table: Word, max: protocol.RECORD_WORDS - 1 },
  }
  test.each(Object.entries(tables))('%s has no repeats and fits its field', (_, { table, max }) => {
    const numbers = Object.values(table)
    expect(new Set(numbers).size).toBe(numbers.length)
    for (const number of numbers) expect(Number.isInteger(number) && number >= 0 && number <= max).toBe(true)
  })

  test.each([
    ['record flags', RecordFlag, 0xff],
    ['branch bits', BranchBit, protocol.MAX_EXTRA],
  ])('%s are distinct single bits within their field', (_, table, max) => {
    const bits: readonly number[] = Object.values(table)
    expect(bits.every(bit => Number.isInteger(Math.log2(bit)) && bit <= max)).toBe(true)
    expect(new Set(bits).size).toBe(bits.length)
  })

  test('names are found again from their numbers, and unknown numbers are undefined', () => {
    const pairs = [
      [EventKind, protocol.eventKindName],
      [ActivityType, protocol.activityTypeName],
      [ConsoleLevel, protocol.consoleLevelName],
      [RealmKind, protocol.realmKindName],
      [EndReason, protocol.endReasonName],
    ] as const
    for (const [table, name] of pairs) {
      for (const [key, number] of Object.entries(table)) expect(name(number)).toBe(key)
      expect(name(250)).toBeUndefined()
    }
  })

  test('a record head keeps kind, flags and extra apart', () => {
    for (const [kind, flags, extra] of [
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 0xffff],
      [66, 31, 0x8001],
    ] as const) {
      const head = protocol.recordHead(kind, flags, extra) | 0
      expect([protocol.headKind(head), protocol.headFlags(head), protocol.headExtra(head)]).toEqual([kind, flags, extra])
    }
  })
})

describe('probes', () => {
  const place = { source: 0, range: [3, 2, 3, 9], level: 'statements', parent: 0 } as const
  test('each kind has a label: its name, its property, else its kind', () => {
    const { probeLabel } = protocol
    expect(probeLabel({ ...place, kind: 'write', name: 'total', binding: 0, declaration: false })).toBe('total')
    expect(probeLabel({ ...place, kind: 'property-write', property: '#count', operator: '++', before: true })).toBe('#count')
    expect(probeLabel({ ...place, kind: 'property-write', operator: '=' })).toBe('[computed]')
    expect(probeLabel({ ...place, kind: 'locals', at: 'end', names: [], bindings: [] })).toBe('locals')
    for (const kind of ['step', 'iteration', 'expression'] as const) expect(probeLabel({ ...place, kind })).toBe(kind)
    expect(probeLabel({ ...place, kind: 'branch', branch: 'logical', operator: '??' })).toBe('branch')
  })
})

describe('names that travel', () => {
  test('hook members, levels, engine methods and step directions have no repeats', () => {
    for (const names of [protocol.HOOK_MEMBERS, protocol.LEVELS, protocol.ENGINE_METHODS, protocol.STEP_DIRECTIONS, protocol.SPAN_DELIMITERS]) {
      expect(new Set(names).size).toBe(names.length)
    }
  })

  test('levels are one digit each, there and back', () => {
    for (const level of protocol.LEVELS) expect(protocol.levelOfDigit(protocol.levelDigit(level))).toBe(level)
    expect(protocol.LEVELS.length).toBeLessThanOrEqual(10)
    expect(protocol.levelOfDigit(9)).toBeUndefined()
    expect(protocol.DEFAULT_PLAN.level).toBe(protocol.CONFIG_KEYS.level.default)
  })

  test('span delimiters are white space and no line terminators', () => {
    for (const delimiter of protocol.SPAN_DELIMITERS) {
      expect(delimiter).toMatch(/^\s$/)
      expect(delimiter).not.toMatch(/^[\n\r\u2028\u2029]$/)
    }
  })

  test('environment variables of config keys are distinct', () => {
    const names = Object.values(protocol.CONFIG_KEYS).flatMap(spec => spec.env ?? [])
    expect(new Set(names).size).toBe(names.length)
    expect(names).toEqual(expect.arrayContaining([protocol.COLLECTOR_ENV.url, protocol.COLLECTOR_ENV.token]))
  })
})

test('messages.ts is what docs/messages says', () => {
  const root = fileURLToPath(new URL('../../../', import.meta.url))
  execFileSync(process.execPath, ['scripts/build-messages.mjs', '--check'], { cwd: root, stdio: 'pipe' })
})
