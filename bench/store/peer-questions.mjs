// The questions in SQL, over the tables of peer-rows.mjs. `all(sql, values)` gives rows as arrays or objects, as the peer gives them by
// itself; `one` the columns of the first.
import { placeOf } from './peer-rows.mjs'

const EVENT = 'SELECT track, seq, time, kind, call, depth, fn, args FROM events'
const ORDER = 'ORDER BY time, track, seq'
const BACK = 'ORDER BY time DESC, track DESC, seq DESC'
const INT = 'CAST(? AS BIGINT)'
const TIME = 'CAST(? AS DOUBLE)'
const AT = `(${TIME}, ${INT}, ${INT})`

/** `userTest`: the peer's way to look into JSON. */
export function peerAskers({ all, one, userTest }) {
  const place = ref => placeOf(ref.track, ref.seq)
  const text = row => (row === undefined ? 'none' : `${row[0]}.${row[1]}`)
  const lookUp = ref => one(`SELECT time, track, seq, target, depth, call FROM events WHERE place = ${INT}`, [place(ref)])
  const count = async (sql, values) => (await all(sql, values)).length
  const calls = ({ name }) => count(`${EVENT} WHERE kind = 1 AND fn = ? ${ORDER} LIMIT 1000`, [name])
  const write =
    (compare, order) =>
    async ({ ref }) => {
      const [time, track, seq, target] = await lookUp(ref)
      const sql = `SELECT track, seq FROM events WHERE target = ${INT} AND (time, track, seq) ${compare} ${AT} ${order} LIMIT 1`
      return text(await one(sql, [target, time, track, seq]))
    }
  const moment = async ({ ref }) => {
    const [, track, seq, , , call] = await lookUp(ref)
    const frames = await count(
      `WITH RECURSIVE stack(place, parent, fn, start) AS (
         SELECT place, parent, fn, start FROM calls WHERE place = ${INT}
         UNION ALL SELECT calls.place, calls.parent, calls.fn, calls.start FROM calls JOIN stack ON calls.place = stack.parent)
       SELECT * FROM stack`,
      [placeOf(track, call)],
    )
    // Writes and arguments of the call until then: closures are left out, in the peers' favour.
    const told = await all(
      `SELECT seq, kind, target, args FROM events WHERE track = ${INT} AND call = ${INT} AND seq <= ${INT} AND kind IN (1, 14, 16) ORDER BY seq`,
      [track, call, seq],
    )
    return `${frames} frames, ${told.length} events`
  }
  const buckets = async ({ fromUs, toUs }) => {
    const width = (toUs - fromUs) / 1200
    const rows = await all(
      `SELECT track, CASE WHEN depth > 7 THEN 7 ELSE depth END AS lane, CAST((CASE WHEN start < ${TIME} THEN 0 ELSE start - ${TIME} END) / ${TIME} AS INTEGER) AS bucket,
         SUM(CASE WHEN start >= ${TIME} THEN 1 ELSE 0 END) AS spans, MAX(until - start) AS longest
       FROM calls WHERE start < ${TIME} AND until >= ${TIME} GROUP BY 1, 2, 3`,
      [fromUs, fromUs, width, fromUs, toUs, fromUs],
    )
    return rows.reduce((sum, row) => sum + Number(row.spans ?? row[3]), 0)
  }
  return {
    slice: ({ fromUs }) => count(`${EVENT} WHERE time >= ${TIME} ${ORDER} LIMIT 1000`, [fromUs]),
    tree: async ({ root }) => {
      const [number] = await one(`SELECT root FROM events WHERE place = ${INT}`, [place(root)])
      return count(`${EVENT} WHERE root = ${INT} ${ORDER}`, [number])
    },
    calls,
    'rare calls': calls,
    'next write, variable': write('>', ORDER),
    'previous write, variable': write('<', BACK),
    'next write, property': write('>', ORDER),
    'previous write, property': write('<', BACK),
    'step next': async ({ ref }) => {
      const [time, track, seq] = await lookUp(ref)
      return text(await one(`SELECT track, seq FROM events WHERE (time, track, seq) > ${AT} ${ORDER} LIMIT 1`, [time, track, seq]))
    },
    'step over': async ({ ref }) => {
      const [, track, seq, , depth] = await lookUp(ref)
      const sql = `SELECT track, seq FROM events WHERE place > ${INT} AND place < ${INT} AND depth = ${INT} ORDER BY place LIMIT 1`
      return text(await one(sql, [placeOf(track, seq), placeOf(track + 1, 0), depth]))
    },
    'step out': async ({ ref }) => {
      const [, track, , , , call] = await lookUp(ref)
      const [parent] = await one(`SELECT parent FROM calls WHERE place = ${INT}`, [placeOf(track, call)])
      return text(await one(`SELECT track, exit_seq FROM calls WHERE place = ${INT}`, [parent]))
    },
    moment,
    'moment of a request': moment,
    'buckets, whole': buckets,
    'buckets, zoomed': buckets,
    'value, first': ({ user }) => count(`${EVENT} WHERE args IS NOT NULL AND ${userTest} ${ORDER} LIMIT 1`, [user]),
    value: ({ user }) => count(`${EVENT} WHERE args IS NOT NULL AND ${userTest} ${ORDER}`, [user]),
  }
}

/** Questions whose answers of ours and theirs say the same. */
export const COMPARABLE = [
  'slice',
  'tree',
  'calls',
  'rare calls',
  'next write, variable',
  'previous write, variable',
  'next write, property',
  'previous write, property',
  'step next',
  'step over',
  'value, first',
  'value',
]
