// The rows of a trace as a table of events and one of calls: what the questions ask, joined beforehand (names, causal trees, targets of
// writes, arguments as JSON), so that peers answer each of them from one table.

export const EVENT_COLUMNS = ['place', 'track', 'seq', 'time', 'kind', 'call', 'root', 'depth', 'fn', 'target', 'args']
export const CALL_COLUMNS = ['place', 'track', 'id', 'parent', 'fn', 'activity', 'start', 'until', 'enter_seq', 'exit_seq', 'depth']
/** `place` of an event or a call: its track and its number in one. */
export const placeOf = (track, number) => track * 0x1_0000_0000 + number
const OUTSIDE = -1

const CALL_ENTER = 1
const WRITE = 16
const PROPERTY_WRITE = 19

/** Gives every event to `event` and every call to `call`, as arrays in the order of the columns. */
export function rowsOf(store, { event, call: takeCall }) {
  const roots = new Map()
  const targets = new Map()
  const numberIn = (map, key) => map.get(key) ?? map.set(key, map.size + 1).get(key)
  const targetOf = (track, row, kind) => {
    if (kind === WRITE) {
      const { probe, manifest } = track.sites.resolve(track.rows.site[row])
      return numberIn(targets, `${manifest.module}:${probe.binding}`)
    }
    if (kind !== PROPERTY_WRITE) return 0
    const [object, key] = track.valuesOf(row)
    return numberIn(targets, `${track.number}/${object.id}/${key.value}`)
  }
  for (const track of store.tracks) {
    const { calls, rows, number } = track
    const rootOf = new Uint32Array(calls.length)
    const nameOf = []
    for (let call = 0; call < calls.length; call++) {
      const root = store.rootOf({ track: number, call })
      rootOf[call] = numberIn(roots, placeOf(root.track, root.call))
      nameOf[call] = calls.activity[call] === 0 ? track.sites.resolve(track.siteOfCall(call)).functionName : `activity ${calls.activity[call]}`
      const above = store.parentOf({ track: number, call })
      const parent = above === undefined ? OUTSIDE : placeOf(above.track, store.tracks[above.track].calls.id[above.call])
      const exitRow = calls.exitRow[call]
      const enterRow = calls.enterRow[call]
      takeCall([
        placeOf(number, calls.id[call]),
        number,
        calls.id[call],
        parent,
        nameOf[call],
        calls.activity[call],
        track.time(enterRow),
        track.time(exitRow === -1 ? rows.length - 1 : exitRow),
        track.seqOf(enterRow),
        exitRow === -1 ? -1 : track.seqOf(exitRow),
        rows.depth[enterRow],
      ])
    }
    for (let row = 0; row < rows.length; row++) {
      const kind = rows.kind[row]
      const call = rows.call[row]
      const seq = track.seqOf(row)
      const args = kind === CALL_ENTER && track.hasValues(row) ? argsText(track, row) : null
      event([
        placeOf(number, seq),
        number,
        seq,
        track.time(row),
        kind,
        call === -1 ? 0 : calls.id[call],
        call === -1 ? 0 : rootOf[call],
        rows.depth[row],
        call === -1 ? '' : nameOf[call],
        targetOf(track, row, kind),
        args,
      ])
    }
  }
}

function argsText(track, row) {
  const { functionProbe } = track.sites.resolve(track.rows.site[row])
  return JSON.stringify(Object.fromEntries(track.valuesOf(row).map((value, index) => [functionProbe.params[index], plain(value)])))
}

function plain(node) {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries(node.entries.map(([key, value]) => [key, plain(value)]))
    case 'array':
      return node.items.map(plain)
    case 'number':
      return Number(node.text)
    default:
      return node.value ?? null
  }
}
