import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAge, parseRetention, parseSize } from '@hindscope/protocol'
import { planRetention } from '../../src/segment/plan-retention.ts'
import type { BlockFacts, SegmentFacts, SessionFacts } from '../../src/segment/plan-retention.ts'

const NOW_MS = 1_800_000_000_000
const DAY_MS = 86_400_000
const block = (bytes: number, isImportant = false, isDefinitions = false): BlockFacts => ({ bytes, isImportant, isDefinitions })
const segment = (number: number, ageDays: number, blocks: readonly BlockFacts[]): SegmentFacts => ({
  number,
  bytes: blocks.reduce((sum, { bytes }) => sum + bytes, 0),
  toUs: (NOW_MS - ageDays * DAY_MS) * 1000,
  blocks,
})
function session(name: string, ageDays: number, segments: readonly SegmentFacts[], isLive = false): SessionFacts {
  const isImportant = segments.some(({ blocks }) => blocks.some(each => each.isImportant))
  const bytes = segments.reduce((sum, each) => sum + each.bytes, 0)
  return { session: name, isLive, lastUs: (NOW_MS - ageDays * DAY_MS) * 1000, bytes, isImportant, segments }
}
const plain = (name: string, ageDays: number): SessionFacts => session(name, ageDays, [segment(1, ageDays, [block(10, false, true), block(90)])])
const failed = (name: string, ageDays: number): SessionFacts =>
  session(name, ageDays, [segment(1, ageDays, [block(10, false, true), block(60), block(30, true)])])
const brief = (...args: Parameters<typeof planRetention>): string[] =>
  planRetention(...args).map(step => `${step.kind} ${step.session}${step.kind === 'session' ? '' : `/${step.segment}`} ${step.bytes} ${step.reason}`)

describe('planRetention', () => {
  it('without limits keeps everything', () => {
    expect(brief([plain('a', 1000), failed('b', 1000)], {}, NOW_MS)).toEqual([])
  })

  it('by age drops sessions, and of those with errors what is not important, until these are too old too', () => {
    const sessions = [plain('new', 1), plain('old', 8), failed('failed', 8), failed('ancient', 40)]
    expect(brief(sessions, { maxAgeMs: 7 * DAY_MS, keepErrorsMs: 30 * DAY_MS }, NOW_MS)).toEqual([
      'session old 100 age',
      'session ancient 100 age',
      'thin failed/1 60 age',
    ])
    expect(brief(sessions, { maxAgeMs: 7 * DAY_MS }, NOW_MS)).toEqual(['session old 100 age', 'session ancient 100 age', 'session failed 100 age'])
  })

  it('by count drops the oldest first, those with errors last, and counts those being recorded', () => {
    const sessions = [failed('oldest', 9), plain('older', 8), plain('newer', 1), session('live', 0, [], true)]
    expect(brief(sessions, { maxSessions: 3 }, NOW_MS)).toEqual(['session older 100 sessions'])
    expect(brief(sessions, { maxSessions: 1 }, NOW_MS)).toEqual([
      'session older 100 sessions',
      'session newer 100 sessions',
      'session oldest 100 sessions',
    ])
  })

  it('by bytes does no more than it must, and thins before it drops what is important', () => {
    const live = session('live', 0, [segment(1, 3, [block(10, false, true), block(50), block(40, true)]), segment(2, 2, [block(100)])], true)
    const sessions = [live, failed('failed', 5), plain('old', 9), plain('new', 1)]
    expect(brief(sessions, { maxBytes: 400 }, NOW_MS)).toEqual(['session old 100 bytes'])
    expect(brief(sessions, { maxBytes: 250 }, NOW_MS)).toEqual(['session old 100 bytes', 'session new 100 bytes', 'thin failed/1 60 bytes'])
    expect(brief(sessions, { maxBytes: 0 }, NOW_MS)).toEqual([
      'session old 100 bytes',
      'session new 100 bytes',
      'thin failed/1 60 bytes',
      'session failed 40 bytes',
      'thin live/1 50 bytes',
      'thin live/2 100 bytes',
      'empty live/1 40 bytes',
    ])
  })

  it('of a session being recorded prunes old segments by age', () => {
    const live = session('live', 0, [segment(1, 40, [block(5, true)]), segment(2, 9, [block(5), block(6, true)]), segment(3, 1, [block(7)])], true)
    expect(brief([live], { maxAgeMs: 7 * DAY_MS, keepErrorsMs: 30 * DAY_MS }, NOW_MS)).toEqual(['empty live/1 5 age', 'thin live/2 5 age'])
  })

  it('never drops what is being recorded, keeps within bytes where it can, and drops no important session while an unimportant one is left', () => {
    const facts = fc
      .array(
        fc.tuple(
          fc.integer({ min: 0, max: 60 }),
          fc.boolean(),
          fc.array(fc.tuple(fc.boolean(), fc.boolean(), fc.integer({ min: 1, max: 50 })), { maxLength: 4 }),
        ),
        { maxLength: 8 },
      )
      .map(list =>
        list.map(([age, isLive, blocks], i) =>
          session(
            `s${i}`,
            age,
            [
              segment(
                1,
                age,
                blocks.map(([a, b, bytes]) => block(bytes, a && !b, b)),
              ),
            ],
            isLive,
          ),
        ),
      )
    fc.assert(
      fc.property(facts, fc.integer({ min: 0, max: 400 }), (sessions, maxBytes) => {
        const steps = planRetention(sessions, { maxBytes }, NOW_MS)
        const dropped = new Set(steps.flatMap(step => (step.kind === 'session' ? step.session : [])))
        const left = sessions.reduce((sum, { bytes }) => sum + bytes, 0) - steps.reduce((sum, { bytes }) => sum + bytes, 0)
        const of = (test: (facts: SessionFacts) => boolean): SessionFacts[] => sessions.filter(test)
        expect(of(({ session: name, isLive }) => isLive && dropped.has(name))).toEqual([])
        const mustStay = of(({ isLive }) => isLive).flatMap(({ segments }) =>
          segments.flatMap(({ blocks }) => blocks.filter(each => each.isDefinitions)),
        )
        expect(left).toBeLessThanOrEqual(
          Math.max(
            maxBytes,
            mustStay.reduce((sum, { bytes }) => sum + bytes, 0),
          ),
        )
        if (of(each => each.isImportant && dropped.has(each.session)).length > 0)
          expect(of(each => !each.isImportant && !each.isLive && each.bytes > 0 && !dropped.has(each.session))).toEqual([])
      }),
    )
  })
})

describe('retention in the config', () => {
  it('is read as people write it', () => {
    expect(parseRetention({ maxAge: '7d', maxBytes: '2GB', maxSessions: 50, keepErrors: '2w' })).toEqual({
      maxAgeMs: 7 * DAY_MS,
      maxBytes: 2 ** 31,
      maxSessions: 50,
      keepErrorsMs: 14 * DAY_MS,
    })
    expect([parseAge('90s'), parseAge('1.5h'), parseAge('7'), parseAge('7y')]).toEqual([90_000, 5_400_000, undefined, undefined])
    expect([parseSize('10 mb'), parseSize('512B'), parseSize('2')]).toEqual([10 * 2 ** 20, 512, undefined])
    for (const wrong of [null, 'x', { maxAge: 7 }, { maxAge: '7' }, { maxSession: 1 }, { maxSessions: -1 }, { maxBytes: 7 }])
      expect(parseRetention(wrong)).toBeUndefined()
  })
})
