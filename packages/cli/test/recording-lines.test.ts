import { expect, test } from 'vitest'
import { checkHealth } from '../src/doctor/collector-health.ts'
import type { CollectorHealth } from '../src/doctor/collector-health.ts'
import { clockOffsetText, noteLine, violationLine } from '../src/format/recording-lines.ts'

test('a clock is told where it is further off than its error', () => {
  expect(clockOffsetText({ offsetUs: 5_000_000, errorUs: 1200 })).toBe(', clock 5.00 s ahead (±1.20 ms)')
  expect(clockOffsetText({ offsetUs: -2_000, errorUs: 300 })).toBe(', clock 2.00 ms behind (±300 µs)')
  expect([clockOffsetText({ offsetUs: 200, errorUs: 300 }), clockOffsetText(undefined)]).toEqual(['', ''])
})

test('notes and violations say what, when and how much', () => {
  const paused = { code: 'ingest-paused', message: 'ENOSPC', fromMs: 1_700_000_000_000 } as const
  expect(noteLine({ ...paused, toMs: 1_700_000_004_000 })).toMatch(/recording paused at \d\d:\d\d:20\.000000 for 4\.00 s: ENOSPC$/)
  expect(noteLine({ ...paused, code: 'memory-pressure' })).toMatch(/memory was short at .* until now: /)
  expect(noteLine({ ...paused, code: 'chunk-conflict', message: 'taken' })).toMatch(/not recorded from .* on: taken$/)
  expect(violationLine({ from: 0, to: 2, links: 3, violations: 2, worstUs: 700 })).toBe(
    '  2 of 3 effects in track 2 have earlier times than their causes in track 0, by up to 700 µs: the clocks are apart',
  )
})

const healthy: CollectorHealth = {
  refused: 0,
  conflicts: 0,
  failed: 0,
  disk: { freeBytes: 5e9, paused: [] },
  memory: {
    step: 0,
    usedBytes: 1e6,
    limitBytes: 1e9,
    percent: 0.1,
    entered: [0, 0, 0, 0],
    sessionsForgotten: 0,
    sessionsUnloaded: 0,
    sessionsWritable: 1,
    sessionsRead: 0,
  },
}

test.each([
  ['ok', '', healthy],
  ['note', 'refused because', { ...healthy, conflicts: 2 }],
  ['note', 'KiB free', { ...healthy, disk: { freeBytes: 1e6, paused: [] } }],
  ['note', 'step 1 of 4', { ...healthy, memory: { ...healthy.memory, step: 1 } }],
  ['problem', 'step 4 of 4', { ...healthy, memory: { ...healthy.memory, step: 4 } }],
  [
    'problem',
    'ENOSPC',
    { ...healthy, disk: { paused: [{ session: 's', reason: 'disk-full', message: 'ENOSPC', sinceMs: 1, attempts: 3, waiting: 2 }] } },
  ],
] as const)('a collector is %s when it says “%s”', (status, text, health: CollectorHealth) => {
  const check = checkHealth('It answers', [], health)
  expect([check.status, check.fix !== undefined]).toEqual([status, status === 'problem'])
  expect(check.details.join('\n')).toContain(text)
})
