/** Whatever comes in: an import ends, with a session or with a message that has a code. Bounded in size, so that it stays quick. */
import { readFileSync } from 'node:fs'
import { HindscopeError } from '@hindscope/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exportPerfetto } from '../../src/export/perfetto.ts'
import { createEngine } from '../../src/model.ts'
import { oddTrace, storeOf, textOf } from '../export/export-traces.ts'
import { importBytes } from './imported.ts'
import type { Imported } from './imported.ts'

const SEEDS: readonly Uint8Array[] = [
  readFileSync(new URL('fixtures/shop-updates.appmap.json', import.meta.url)),
  new TextEncoder().encode(textOf(exportPerfetto(storeOf(oddTrace().trace)))),
]

/** Imports, and asks what came of it; undefined when it was refused with a code. */
async function survive(bytes: Uint8Array): Promise<Imported | undefined> {
  let imported: Imported
  try {
    imported = importBytes(bytes, {}, 4096)
  } catch (error) {
    if (error instanceof HindscopeError && error.code.startsWith('import-')) return undefined
    throw error
  }
  expect(imported.store.damage).toEqual([])
  const engine = createEngine([imported.store])
  const { rows } = await engine.events({ session: imported.session, limit: 1000 })
  expect(rows.length).toBe(Math.min(1000, imported.events))
  await engine.callTree({ session: imported.session })
  await engine.functions({ session: imported.session })
  return imported
}

/** JSON that has the names of the formats and the wrong things behind them. */
const scalar = fc.oneof(
  fc.constantFrom(null, true, '', 'call', 'return', 'X', '1', 'a\nb', -1, 0, 1, 2, 0.5, 1e6, 1e15, 1e300, -1e300, 2 ** 53),
  fc.integer({ min: 0, max: 20 }),
)
const odd = fc.oneof(
  { weight: 5, arbitrary: scalar },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      [],
      {},
      [[]],
      { class: 'Number', value: 4 },
      { name: 1 },
      [null],
      { data: { frames: [{}], url: 3 } },
      { cpuProfile: { nodes: [{ id: 1, parent: 1, callFrame: {} }], samples: [1, 1] }, timeDeltas: [5] },
    ),
  },
)
const withKeys = (keys: readonly string[], special: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<object> =>
  fc.record(
    Object.fromEntries(
      keys.map(key => [key, special[key] === undefined ? odd : fc.oneof({ weight: 4, arbitrary: special[key] }, { weight: 1, arbitrary: odd })]),
    ),
    { requiredKeys: [] },
  )
const small = fc.integer({ min: 0, max: 12 })
const chromeEvent = withKeys(['name', 'cat', 'ph', 'ts', 'dur', 'pid', 'tid', 'id', 'id2', 'bp', 'args', 'bind_id', 'flow_in', 'flow_out', 'scope'], {
  name: fc.constantFrom(
    'a',
    'part',
    'call',
    'TimerFire',
    'TimerInstall',
    'FunctionCall',
    'ResourceSendRequest',
    'ResourceFinish',
    'Profile',
    'ProfileChunk',
    'thread_name',
    'GET /x',
    'console.log',
    '__proto__',
    'constructor',
  ),
  cat: fc.constantFrom('', 'call', 'part', 'activity', 'error', 'devtools.timeline', 'toplevel'),
  ph: fc.constantFrom(...'BEXXBEbenSFTstfiIRCMPNOD'),
  ts: small,
  dur: small,
  pid: fc.constantFrom(1, 2),
  tid: fc.constantFrom(1, 2),
  id: fc.constantFrom(1, 2, '0.1.0', '0.2.1'),
  bp: fc.constant('e'),
  flow_in: fc.boolean(),
  flow_out: fc.boolean(),
  args: withKeys(['data', 'name', 'outcome', 'result', 'cause', 'location', 'arguments', 'text', 'sort_index', 'value'], {
    cause: fc.constantFrom('0.1', '0.2', '1.1'),
    outcome: fc.constantFrom('open', 'threw', 'unwound', 'returned'),
    data: withKeys(['requestId', 'timerId', 'url', 'timing', 'responseTime', 'samples', 'cpuProfile', 'startTime', 'timeDeltas'], {
      requestId: fc.constant('r'),
      timerId: fc.constant(1),
    }),
  }),
})
const chromeTrace = fc.record({
  otherData: fc.oneof(fc.constant({}), fc.constant({ exporter: 'hindscope 1', startedUs: 1e15 }), odd),
  metadata: fc.oneof(withKeys(['startTime', 'trace-capture-datetime', 'user-agent'], {}), odd),
  traceEvents: fc.oneof({ weight: 9, arbitrary: fc.array(chromeEvent, { maxLength: 30 }) }, { weight: 1, arbitrary: odd }),
})
const appMapEvent = withKeys(
  [
    'id',
    'event',
    'thread_id',
    'parent_id',
    'method_id',
    'defined_class',
    'path',
    'lineno',
    'static',
    'receiver',
    'parameters',
    'return_value',
    'exceptions',
    'elapsed',
    'timestamp',
    'message',
    'sql_query',
    'http_server_request',
    'http_client_request',
    'http_server_response',
  ],
  {
    id: small,
    event: fc.constantFrom('call', 'return'),
    thread_id: fc.constantFrom(0, 1),
    parent_id: small,
    method_id: fc.constantFrom('f', 'g'),
    parameters: fc.array(odd, { maxLength: 3 }),
  },
)
const classEntry = withKeys(['type', 'name', 'location', 'labels', 'children'], {
  type: fc.constantFrom('package', 'class', 'function'),
  children: fc.array(withKeys(['type', 'name', 'location'], {}), { maxLength: 2 }),
})
const appMap = fc.record({
  version: odd,
  metadata: fc.oneof(withKeys(['name', 'language', 'timestamp', 'labels', 'app', 'client'], {}), odd),
  eventUpdates: fc.oneof(fc.dictionary(fc.constantFrom('1', '2', 'x'), appMapEvent), odd),
  events: fc.oneof({ weight: 9, arbitrary: fc.array(appMapEvent, { maxLength: 30 }) }, { weight: 1, arbitrary: odd }),
  classMap: fc.oneof(fc.array(classEntry, { maxLength: 3 }), odd),
})

const mutation = fc.record({
  at: fc.nat(),
  remove: fc.nat(40),
  insert: fc.oneof(fc.constantFrom('', '"', '{', '}', '[', ']', ',', ':', '-1', '1e999', 'null', '\\u0000', '\ufffd'), fc.string({ maxLength: 3 })),
})

describe('an import ends with a session or a code', () => {
  it('when bytes were changed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...SEEDS), fc.array(mutation, { minLength: 1, maxLength: 3 }), async (seed, mutations) => {
        let bytes = Buffer.from(seed)
        for (const { at, remove, insert } of mutations) {
          const place = at % bytes.length
          bytes = Buffer.concat([bytes.subarray(0, place), Buffer.from(insert), bytes.subarray(place + remove)])
        }
        await survive(bytes)
      }),
      { numRuns: 60 },
    )
  })

  it('when the file was cut anywhere', async () => {
    for (const seed of SEEDS) {
      let last = 0
      for (let cut = 0; cut < seed.length; cut += Math.ceil(seed.length / 40)) {
        const tracks = (await survive(seed.subarray(0, cut)))?.store.tracks ?? []
        const calls = tracks.reduce((sum, track) => sum + track.calls.length, 0)
        expect(calls).toBeGreaterThanOrEqual(last)
        last = calls
      }
      expect(last).toBeGreaterThan(10)
    }
  })

  it('when Chrome traces hold anything', async () => {
    await fc.assert(
      fc.asyncProperty(chromeTrace, async json => void (await survive(new TextEncoder().encode(JSON.stringify(json))))),
      { numRuns: 200 },
    )
  })

  it('when AppMaps hold anything', async () => {
    await fc.assert(
      fc.asyncProperty(appMap, async json => void (await survive(new TextEncoder().encode(JSON.stringify(json))))),
      { numRuns: 200 },
    )
  })

  it('when nesting is deep', async () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
    for (const text of [deep, `{"traceEvents": ${deep}}`, `[{"ph": "i", "ts": 1, "name": "a", "args": {"deep": ${deep}}}]`])
      await survive(new TextEncoder().encode(text))
  })
})
