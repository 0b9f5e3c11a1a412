/**
 * One session: its tracks, manifests and the links between tracks. Takes chunks and definitions in any order of arrival; repeats
 * (realm, chunk number) are ignored and counted. A chunk that arrives after a later one of its realm makes the tracks be built anew
 * from the kept chunks at the next reading, which is rare and linear.
 */
import { ChunkType, compareHlc, decodeDefinitions, tryParseTraceparent } from '@hindscope/protocol'
import type { Chunk, Damage, Definition, GapDefinition, ProbeManifest, RealmDefinition, RealmId, SessionId } from '@hindscope/protocol'
import { CallMark } from './call-table.ts'
import { IncidentTable } from './incident-table.ts'
import type { CallPlace } from './call-place.ts'
import { MessageJoin } from './message-join.ts'
import { ManifestTable } from './site-table.ts'
import { Track } from './track.ts'
import type { TrackEvents } from './track.ts'

export type { CallPlace }

interface PendingLink {
  readonly child: CallPlace
  readonly realm: number
  readonly callId: number
}

export class TraceStore {
  readonly session: SessionId
  readonly manifests: ManifestTable = new ManifestTable()
  readonly incidents: IncidentTable = new IncidentTable()
  readonly damage: Damage[] = []
  /** What people call the session; the first realm's name when empty. */
  name = ''
  /** True while a recorder may still add to it. */
  live = false
  bytes = 0
  duplicates = 0
  /** Counts every change; a reader that saw this number has seen everything. */
  version = 0
  /** Realms with an open connection, as the collector says. */
  readonly connected: Set<number> = new Set()
  private trackList: Track[] = []
  private readonly byRealm = new Map<number, Track>()
  private readonly eventChunks = new Map<number, Map<number, Chunk>>()
  private remoteParents = new Map<number, CallPlace>()
  private remoteChildren = new Map<number, CallPlace[]>()
  private pending: PendingLink[] = []
  private readonly messages = new MessageJoin()
  private isStale = false
  private readonly events: TrackEvents = {
    remoteParent: (track, call, text) => {
      const parent = tryParseTraceparent(text)
      if (parent) this.pending.push({ child: { track: track.number, call }, realm: parent.realm, callId: parent.call })
    },
    messageSent: (track, call, message) => this.messages.sent(message, { track: track.number, call }),
    messageReceived: (track, call, message) => this.messages.received(message, { track: track.number, call }),
    errorAbove: (track, call) => this.markAbove({ track: track.number, call }),
  }

  constructor(session: SessionId) {
    this.session = session
  }

  /** In order of appearance; index = track number. */
  get tracks(): readonly Track[] {
    if (this.isStale) this.rebuild()
    return this.trackList
  }

  /** Adds one decoded chunk of this session; false when it was there already. Definitions may repeat and are never refused. */
  addChunk(chunk: Chunk): boolean {
    if (chunk.type === ChunkType.definitions) {
      this.bytes += chunk.totalBytes
      for (const definition of decodeDefinitions(chunk)) this.addDefinition(definition)
      return true
    }
    let known = this.eventChunks.get(chunk.realm)
    if (known === undefined) this.eventChunks.set(chunk.realm, (known = new Map()))
    if (known.has(chunk.number)) {
      this.duplicates++
      return false
    }
    known.set(chunk.number, chunk)
    this.bytes += chunk.totalBytes
    this.version++
    const track = this.trackOf(chunk.realm)
    if (this.isStale) return true
    if (track.follows(chunk)) {
      this.append(track, chunk)
      this.resolveLinks()
    } else this.isStale = true
    return true
  }

  addDefinition(definition: Definition): void {
    this.version++
    if (definition.kind === 'realm' && isRealm(definition)) this.trackOf(definition.realm).definition = definition
    else if (definition.kind === 'module' && isNumber(definition.base) && isNumber(definition.count))
      this.trackOf(definition.realm).sites.addModule(definition)
    else if (definition.kind === 'manifest') this.addManifest(definition.manifest)
    else if (definition.kind === 'gap') this.addGap(definition)
    else this.incidents.add(definition)
  }

  private addGap(gap: GapDefinition): void {
    const { realm, fromSeq, toSeq, fromUs, toUs } = gap
    // SAFE: a realm's number, checked here with the others
    if ([realm, fromSeq, toSeq, fromUs, toUs].every(isNumber)) this.trackOf(realm as RealmId).gaps.add(gap)
  }

  addManifest(manifest: ProbeManifest): void {
    this.version++
    this.manifests.add(manifest)
  }

  addDamage(damage: readonly Damage[]): void {
    this.version++
    this.damage.push(...damage)
  }

  hasChunk(realm: number, number: number): boolean {
    return this.eventChunks.get(realm)?.has(number) === true
  }

  /** Keys of modules that events may refer to and whose manifest has not come. */
  missingManifests(): string[] {
    const missing = new Set<string>()
    for (const track of this.trackList) {
      for (const { module } of track.sites.definitions()) if (this.manifests.get(module) === undefined) missing.add(module)
    }
    return [...missing]
  }

  /** Every event chunk, in the order in which recorders sealed them as far as their clocks tell. */
  chunksInOrder(): Chunk[] {
    return this.tracks
      .flatMap(track => [...(this.eventChunks.get(track.realm)?.values() ?? [])])
      .sort((a, b) => compareHlc(a.hlcFirst, b.hlcFirst) || (a.realm === b.realm ? a.number - b.number : 0))
  }

  trackOfRealm(realm: number): Track | undefined {
    if (this.isStale) this.rebuild()
    return this.byRealm.get(realm)
  }

  /** The activity in another track that caused this call. */
  remoteParentOf(place: CallPlace): CallPlace | undefined {
    return this.remoteParents.size === 0 ? undefined : this.remoteParents.get(placeKey(place))
  }

  remoteChildrenOf(place: CallPlace): readonly CallPlace[] {
    return this.remoteChildren.size === 0 ? [] : (this.remoteChildren.get(placeKey(place)) ?? [])
  }

  /** Parent within the track, else in another one. */
  parentOf(place: CallPlace): CallPlace | undefined {
    const call = this.tracks[place.track]?.calls.parent[place.call] ?? -1
    return call === -1 ? this.remoteParentOf(place) : { track: place.track, call }
  }

  /** The top of the chain of causes over all tracks. */
  rootOf(place: CallPlace): CallPlace {
    let root: CallPlace = place
    for (;;) {
      const top: CallPlace = { track: root.track, call: this.tracks[root.track]?.rootOfCall(root.call) ?? root.call }
      const remote = this.remoteParentOf(top)
      if (remote === undefined) return top
      root = remote
    }
  }

  private trackOf(realm: RealmId): Track {
    let track = this.byRealm.get(realm)
    if (track === undefined) {
      track = new Track(this.trackList.length, realm, this.manifests)
      this.byRealm.set(realm, track)
      this.trackList.push(track)
    }
    return track
  }

  private append(track: Track, chunk: Chunk): void {
    if (track.append(chunk, this.events)) return
    const reason = `chunk ${chunk.number} of realm ${chunk.realm} repeats sequence numbers`
    this.damage.push({ offset: 0, bytes: chunk.totalBytes, code: 'chunk-malformed', message: reason })
  }

  private rebuild(): void {
    this.isStale = false
    this.remoteParents = new Map()
    this.remoteChildren = new Map()
    this.pending = []
    this.messages.clear()
    this.trackList = this.trackList.map(old => {
      const track = new Track(old.number, old.realm, this.manifests, old)
      track.definition = old.definition
      this.byRealm.set(old.realm, track)
      return track
    })
    for (const track of this.trackList) {
      const chunks = [...(this.eventChunks.get(track.realm)?.values() ?? [])].sort((a, b) => a.number - b.number)
      for (const chunk of chunks) this.append(track, chunk)
    }
    this.resolveLinks()
  }

  /** Joins server activities to the client activities that are known by now; the others stay pending. */
  private resolveLinks(): void {
    for (const { child, parent } of this.messages.takeJoined()) this.link(child, parent)
    if (this.pending.length === 0) return
    this.pending = this.pending.filter(({ child, realm, callId }) => {
      const track = this.byRealm.get(realm)
      const call = track?.callIndex(callId) ?? -1
      if (track === undefined || call === -1) return true
      this.link(child, { track: track.number, call })
      return false
    })
  }

  private link(child: CallPlace, parent: CallPlace): void {
    const calls = this.trackList[child.track]?.calls
    const top = this.rootOf(parent)
    // A traceparent comes from outside: one that names its own descendant would close a ring.
    if (calls === undefined || calls.parent[child.call] !== -1 || (top.track === child.track && top.call === child.call)) return
    calls.marks[child.call] = (calls.marks[child.call] as number) | CallMark.asyncParent // SAFE: child.call < length
    this.remoteParents.set(placeKey(child), parent)
    const siblings = this.remoteChildren.get(placeKey(parent))
    if (siblings) siblings.push(child)
    else this.remoteChildren.set(placeKey(parent), [child])
    if (((calls.marks[child.call] as number) & (CallMark.error | CallMark.errorBelow)) !== 0) this.markAbove(child) // SAFE: as above
  }

  /** Marks every cause of `place`; stops at the first that is marked, so each call is marked once. */
  private markAbove(place: CallPlace): void {
    let at = this.parentNow(place)
    while (at !== undefined) {
      const marks = this.trackList[at.track]?.calls.marks
      const mark = marks?.[at.call]
      if (marks === undefined || mark === undefined || (mark & CallMark.errorBelow) !== 0) return
      marks[at.call] = mark | CallMark.errorBelow
      at = this.parentNow(at)
    }
  }

  private parentNow(place: CallPlace): CallPlace | undefined {
    const call = this.trackList[place.track]?.calls.parent[place.call] ?? -1
    return call === -1 ? this.remoteParentOf(place) : { track: place.track, call }
  }
}

/** Safe below 2^53: track numbers stay far below 2^21. */
const placeKey = (place: CallPlace): number => place.track * 0x1_0000_0000 + place.call

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

function isRealm(value: Partial<RealmDefinition>): boolean {
  return (
    isNumber(value.realm) &&
    isNumber(value.startedMs) &&
    typeof value.name === 'string' &&
    typeof value.url === 'string' &&
    typeof value.realmKind === 'string'
  )
}
