/** What comes over the live socket, checked. Nothing about it is believed; every refusal says which field. */
import { HindscopeError, SUBSCRIPTION_LIMITS, SUBSCRIPTION_VERSION } from '@hindscope/protocol'
import type { LiveClientMessage, StreamHole, StreamPolicy, StreamPosition, StreamStart, TrackPosition } from '@hindscope/protocol'

type Fields = Readonly<Record<string, unknown>>

const KINDS = ['subscribe', 'credit', 'pause', 'resume', 'unsubscribe']
const MAX_SEQ = 0xffff_ffff
const MAX_TRACKS = 65_536

const refused = (reason: string): HindscopeError => new HindscopeError('collector-subscription', { reason })

/** Throws `collector-subscription`. The query is checked by who compiles it. */
export function parseLiveMessage(text: string): LiveClientMessage {
  const message = fieldsOf(parseJson(text), 'the message')
  const kind = message['kind']
  if (typeof kind !== 'string' || !KINDS.includes(kind)) throw refused(`its kind is none of ${KINDS.join(', ')}`)
  const id = idOf(message)
  switch (kind) {
    case 'subscribe':
      return { kind, ...subscribeFields(message), id }
    case 'credit':
      return { kind, id, rows: whole('rows', message['rows'], 1, SUBSCRIPTION_LIMITS.credit) }
    default:
      return { kind: kind as 'pause' | 'resume' | 'unsubscribe', id } // SAFE: one of KINDS, and none of the others
  }
}

/** The id that an answer to a message goes under, if it has one. */
export function tryIdOf(text: string): string | undefined {
  try {
    return idOf(fieldsOf(parseJson(text), 'the message'))
  } catch {
    return undefined // SAFE: the answer goes without one
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw refused('the message is not JSON')
  }
}

function fieldsOf(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refused(`${name} is not a JSON object`)
  return value as Fields // SAFE: an object; every field is checked where it is read
}

function idOf({ id }: Fields): string {
  if (typeof id === 'string' && id.length > 0 && id.length <= SUBSCRIPTION_LIMITS.idLength) return id
  throw refused(`id is not a text of 1 to ${SUBSCRIPTION_LIMITS.idLength} characters`)
}

function whole(field: string, value: unknown, min: number, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
  throw refused(`${field} is not a whole number from ${min} to ${max}`)
}

function finite(field: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw refused(`${field} is not a number`)
}

function textOf(field: string, value: unknown): string {
  if (typeof value === 'string') return value
  throw refused(`${field} is not a text`)
}

function subscribeFields(message: Fields): Omit<Extract<LiveClientMessage, { kind: 'subscribe' }>, 'kind' | 'id'> {
  const { version, policy } = message
  if (version !== SUBSCRIPTION_VERSION) throw refused(`version is ${String(version)}, this collector speaks ${SUBSCRIPTION_VERSION}`)
  return {
    version,
    session: textOf('session', message['session']),
    query: textOf('query', message['query']),
    from: startOf(fieldsOf(message['from'], 'from')),
    credit: whole('credit', message['credit'], 0, SUBSCRIPTION_LIMITS.credit),
    ...(policy === undefined ? {} : { policy: policyOf(fieldsOf(policy, 'policy')) }),
  }
}

function policyOf({ kind, rows, ms }: Fields): StreamPolicy {
  if (kind === 'wait') return { kind }
  if (kind !== 'newest') throw refused('policy.kind is neither wait nor newest')
  return {
    kind,
    ...(rows === undefined ? {} : { rows: whole('policy.rows', rows, 1, SUBSCRIPTION_LIMITS.newestRows) }),
    ...(ms === undefined ? {} : { ms: whole('policy.ms', ms, 1, MAX_SEQ) }),
  }
}

function startOf(from: Fields): StreamStart {
  const kind = from['kind']
  switch (kind) {
    case 'now':
    case 'start':
      return { kind }
    case 'time':
      return { kind, timeUs: finite('from.timeUs', from['timeUs']) }
    case 'event': {
      const { track, seq } = fieldsOf(from['ref'], 'from.ref')
      return { kind, ref: { track: whole('from.ref.track', track, 0, MAX_TRACKS), seq: whole('from.ref.seq', seq, 0, MAX_SEQ) } }
    }
    case 'position':
      return { kind, position: positionOf(fieldsOf(from['position'], 'from.position')) }
    default:
      throw refused('from.kind is none of now, start, time, event, position')
  }
}

function positionOf({ tracks, origin }: Fields): StreamPosition {
  if (!Array.isArray(tracks) || tracks.length > MAX_TRACKS) throw refused('position.tracks is not a list')
  const at = origin === undefined ? undefined : fieldsOf(origin, 'position.origin')
  return {
    tracks: tracks.map((each: unknown) => trackPosition(fieldsOf(each, 'a track of the position'))),
    ...(at === undefined
      ? {}
      : { origin: { timeUs: finite('position.origin.timeUs', at['timeUs']), track: whole('position.origin.track', at['track'], 0, MAX_TRACKS) } }),
  }
}

function trackPosition({ track, next, holes }: Fields): TrackPosition {
  if (holes !== undefined && (!Array.isArray(holes) || holes.length > SUBSCRIPTION_LIMITS.holes))
    throw refused(`holes of a position are not a list of at most ${SUBSCRIPTION_LIMITS.holes}`)
  const list = (holes as readonly unknown[] | undefined)?.map(holeOf)
  return {
    track: whole('track of a position', track, 0, MAX_TRACKS),
    next: whole('next of a position', next, 0, MAX_SEQ + 1),
    ...(list === undefined ? {} : { holes: list }),
  }
}

function holeOf(value: unknown): StreamHole {
  const [from, to] = Array.isArray(value) ? (value as readonly unknown[]) : []
  const start = whole('hole of a position', from, 0, MAX_SEQ)
  return [start, whole('hole of a position', to, start + 1, MAX_SEQ + 1)]
}
