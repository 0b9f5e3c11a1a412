/** The object index against decoding every value: objects in objects, references, identities, copies of copies, over several chunks. */
import fc from 'fast-check'
import { ValueTag } from '@hindscope/protocol'
import type { ByteWriter, ValueNode } from '@hindscope/protocol'
import { RawValue, TraceBuilder } from '@hindscope/testkit'
import { expect, test } from 'vitest'
import { createTraceModel } from '../../src/model.ts'
import { objectIndexOf } from '../../src/model/object-index.ts'
import type { Track } from '../../src/model/track.ts'

type Shape = { readonly kind: 'array' | 'opaque' | 'ref' | 'copy'; readonly id: number; readonly pick: number; readonly parts: readonly Shape[] }
const shapes = fc.letrec<{ shape: Shape }>(tie => ({
  shape: fc.record({
    kind: fc.constantFrom('array' as const, 'array' as const, 'opaque' as const, 'ref' as const, 'copy' as const, 'copy' as const),
    id: fc.integer({ min: 1, max: 6 }),
    pick: fc.nat(100),
    parts: fc.oneof({ maxDepth: 3 }, fc.constant([]), fc.array(tie('shape'), { maxLength: 3 })),
  }),
})).shape

/** `starts`: where arrays of this chunk begin, with the id that each has. */
function write(out: ByteWriter, text: (value: string) => number, { kind, id, pick, parts }: Shape, starts: { at: number; id: number }[]): void {
  const copied = starts[pick % Math.max(1, starts.length)]
  if (kind === 'copy' && copied !== undefined) {
    out.byte(ValueTag.same)
    out.varint(copied.id)
    out.varint(copied.at)
  } else if (kind === 'opaque') {
    out.byte(ValueTag.opaque)
    out.varint(id)
    out.varint(text('Thing'))
  } else if (kind === 'ref') {
    out.byte(ValueTag.ref)
    out.varint(id)
  } else {
    const at = out.length
    out.byte(ValueTag.array)
    for (const number of [id, parts.length, parts.length]) out.varint(number)
    for (const part of parts) write(out, text, part, starts)
    starts.push({ at, id })
  }
}

function trackOf(rows: readonly (Shape | 'seal' | 'none')[]): Track {
  const trace = new TraceBuilder()
  const realm = trace.realm('page')
  let starts: { at: number; id: number }[] = []
  for (const row of rows) {
    if (row === 'seal') {
      realm.seal()
      starts = []
    } else realm.event({ kind: 'mark', values: row === 'none' ? [] : [new RawValue((out, text) => write(out, text, row, starts))] })
  }
  const [track] = createTraceModel(trace.chunks()).stores[0]?.tracks ?? []
  if (track === undefined) throw new TypeError('the trace is empty')
  return track
}

/** What a row says of objects: true where it shows what they hold. */
function mentionsOf(nodes: readonly ValueNode[], mentions: Map<number, boolean> = new Map()): Map<number, boolean> {
  for (const node of nodes) {
    if (!('id' in node)) continue
    mentions.set(node.id, node.kind === 'array' || mentions.get(node.id) === true)
    if (node.kind === 'array') mentionsOf(node.items, mentions)
  }
  return mentions
}

test('every event that shows or names an object is found, and the last that shows it', () => {
  let copies = 0
  const row = fc.oneof({ weight: 8, arbitrary: shapes }, { weight: 1, arbitrary: fc.constantFrom('seal' as const, 'none' as const) })
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), shapes, fc.nat(5), fc.nat(40), (rows, last, limit, start) => {
      const track = trackOf([...rows, last])
      const index = objectIndexOf(track)
      const rowsOf = Array.from({ length: track.rows.length }, (_, at) => mentionsOf(track.valuesOf(at)))
      for (let id = 1; id <= 6; id++) {
        const seen = rowsOf.flatMap((mentions, at) => (mentions.has(id) ? [at] : []))
        expect(index.after(id, -1, 1000)).toEqual(seen)
        expect(index.after(id, start, limit + 1)).toEqual(seen.filter(at => at > start).slice(0, limit + 1))
        for (let at = 0; at < track.rows.length; at++) {
          expect(index.lastContents(id, at)).toBe(rowsOf.findLastIndex((mentions, i) => i <= at && mentions.get(id) === true))
          expect(index.last(id, at)).toBe(seen.findLast(i => i <= at) ?? -1)
        }
        copies += seen.length
      }
    }),
    { numRuns: 200 },
  )
  expect(copies).toBeGreaterThan(1000)
})
