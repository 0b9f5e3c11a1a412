/**
 * One session: its tracks, manifests and the links between tracks. Takes chunks and definitions in any order of arrival; repeats
 * (realm, chunk number) are ignored and counted. A chunk that arrives after a later one of its realm makes the tracks be built anew
 * from the kept chunks at the next reading, which is rare and linear.
 */
import { ChunkType, compareHlc, decodeDefinitions, encodeChunk, isClockDefinition, isNoteDefinition, tryParseTraceparent } from '@hindscope/protocol'
import type {
  Chunk,
  ClockDefinition,
  Damage,
  Definition,
  GapDefinition,
  NoteDefinition,
  ProbeManifest,
  RealmDefinition,
  RealmId,
  SessionId,
  Traceparent,
} from '@hindscope/protocol'
import { CallMark } from './call-table.ts'
import { FileRemarks } from './file-remarks.ts'
import { IncidentTable } from './incident-table.ts'
import type { CallPlace } from './call-place.ts'
import { ChunkRegister } from './chunk-register.ts'
import type { Known } from './chunk-register.ts'
import { ClockTable } from './clock-table.ts'
import { ownRecords } from './kept-chunk.ts'
import type { KeptChunk } from './kept-chunk.ts'
import { MessageJoin } from './message-join.ts'
import { encodeKept, restoreChunk } from './restore-chunk.ts'
import { NoteTable } from './note-table.ts'
import { ManifestTable } from './site-table.ts'
import { Track } from './track.ts'
import type { TrackEvents } from './track.ts'

export type { CallPlace }

interface PendingLink {
  readonly child: CallPlace
  readonly parent: Traceparent
}

export class TraceStore {
  readonly session: SessionId
  readonly manifests: ManifestTable = new ManifestTable()
  readonly incidents: IncidentTable = new IncidentTable()
  readonly clocks: ClockTable = new ClockTable()
  readonly notes: NoteTable = new NoteTable()
  readonly remarks: FileRemarks = new FileRemarks()
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
  private readonly expected = new Map<number, number>()
  private readonly known = new ChunkRegister()
  /** Chunks that came after a later one of their realm, until the tracks are built anew. */
  private late: Chunk[] = []
  private remoteParents = new Map<number, CallPlace>()
  private remoteParentCounts: number[] = []
  private remoteChildren = new Map<number, CallPlace[]>()
  /** The same by the top of the parent's tree within its track. */
  private remoteTrees = new Map<number, CallPlace[]>()
  private pending: PendingLink[] = []
  /** Of other tracers, by their id. */
  private spans = new Map<string, CallPlace>()
  private readonly messages = new MessageJoin()
  private readonly events: TrackEvents = {
    remoteParent: (track, call, text) => {
      const parent = tryParseTraceparent(text)
      if (parent) this.pending.push({ child: { track: track.number, call }, parent })
    },
    spanStarted: (track, call, spanId) => void this.spans.set(spanId, { track: track.number, call }),
    messageSent: (track, call, message) => this.messages.sent(message, { track: track.number, call }),
    messageReceived: (track, call, message) => this.messages.received(message, { track: track.number, call }),
    errorAbove: (track, call) => this.markAbove({ track: track.number, call }),
  }

  constructor(session: SessionId) {
    this.session = session
  }

  /** In order of appearance; index = track number. */
  get tracks(): readonly Track[] {
    if (this.late.length > 0) this.rebuild()
    return this.trackList
  }

  /** Adds one decoded chunk of this session; false when it was there already, or its number is taken: that is damage. */
  addChunk(chunk: Chunk): boolean {
    const known = this.known.take(chunk)
    if (known === 'other') {
      this.addDamage([{ offset: 0, bytes: chunk.totalBytes, code: 'chunk-conflict', message: conflictText(chunk.realm, chunk.number) }])
      return false
    }
    if (known === 'same') {
      if (chunk.type === ChunkType.events) this.duplicates++
      return false
    }
    if (chunk.type === ChunkType.definitions) {
      this.bytes += chunk.totalBytes
      for (const definition of decodeDefinitions(chunk)) this.addDefinition(definition)
      return true
    }
    this.bytes += chunk.totalBytes
    this.version++
    const track = this.trackOf(chunk.realm)
    if (this.late.length > 0 || !track.follows(chunk)) this.late.push(ownRecords(chunk))
    else {
      this.append(track, chunk)
      this.resolveLinks()
    }
    return true
  }

  addDefinition(definition: Definition): void {
    this.version++
    if (definition.kind === 'realm' && isRealm(definition)) this.trackOf(definition.realm).definition = definition
    else if (definition.kind === 'module' && isNumber(definition.base) && isNumber(definition.count))
      this.trackOf(definition.realm).sites.addModule(definition)
    else if (definition.kind === 'manifest') this.addManifest(definition.manifest)
    else if (definition.kind === 'gap') this.addGap(definition)
    else if (definition.kind === 'clock') this.addClock(definition)
    else if (definition.kind === 'note') this.addNote(definition)
    else if (definition.kind === 'annotation' || definition.kind === 'environment') this.remarks.add(definition)
    else this.incidents.add(definition)
  }

  private addClock(clock: ClockDefinition): void {
    if (isClockDefinition(clock)) this.clocks.add(clock)
  }

  /** A chunk that was refused is damage of the session, though its bytes are not here. */
  private addNote(note: NoteDefinition): void {
    if (!isNoteDefinition(note) || !this.notes.add(note) || note.code !== 'chunk-conflict') return
    this.damage.push({ offset: 0, bytes: 0, code: note.code, message: note.message })
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
    return this.known.has(realm, number)
  }

  /** Whether this chunk is here, or another one that has its number. */
  holds(chunk: Chunk): Known {
    return this.known.find(chunk)
  }

  /** Keys of modules that events may refer to and whose manifest has not come. */
  missingManifests(): string[] {
    const missing = new Set<string>()
    for (const track of this.trackList) {
      for (const { module } of track.sites.definitions()) if (this.manifests.get(module) === undefined) missing.add(module)
    }
    return [...missing]
  }

  /** Every event chunk as bytes, in the order in which recorders sealed them as far as their clocks tell. */
  *chunksInOrder(): Generator<Uint8Array<ArrayBuffer>> {
    const places = this.tracks.flatMap(track => [
      ...track.chunks.map((chunk, index) => ({ chunk, encode: () => encodeKept(track, index) })),
      ...track.others.map(chunk => ({ chunk, encode: () => encodeChunk(chunk) })),
    ])
    const byClock = (a: KeptChunk, b: KeptChunk): number => compareHlc(a.hlcFirst, b.hlcFirst) || (a.realm === b.realm ? a.number - b.number : 0)
    for (const { encode } of places.sort((a, b) => byClock(a.chunk, b.chunk))) yield encode()
  }

  /** So many events of the realm are to come: a claim, which makes no track. */
  expect(realm: number, events: number): void {
    const track = this.byRealm.get(realm)
    if (track === undefined) this.expected.set(realm, events)
    else track.expect(events)
  }

  /** Gives back memory that was held for events to come: for sessions that are over. */
  trim(): void {
    for (const track of this.tracks) track.trim()
  }

  trackOfRealm(realm: number): Track | undefined {
    if (this.late.length > 0) this.rebuild()
    return this.byRealm.get(realm)
  }

  /** The activity in another track that caused this call. */
  remoteParentOf(place: CallPlace): CallPlace | undefined {
    return this.remoteParents.size === 0 ? undefined : this.remoteParents.get(placeKey(place))
  }

  /** How many calls of a track have their parent in another. */
  remoteParentsIn(track: number): number {
    return this.remoteParentCounts[track] ?? 0
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

  /** The whole causal tree that a call belongs to: by track, the calls at the top of its parts. */
  treeOf(place: CallPlace): ReadonlyMap<number, ReadonlySet<number>> {
    const tree = new Map<number, Set<number>>()
    const open = [this.rootOf(place)]
    for (let root = open.pop(); root !== undefined; root = open.pop()) {
      const roots = tree.get(root.track)
      if (roots === undefined) tree.set(root.track, new Set([root.call]))
      else roots.add(root.call)
      for (const child of this.remoteTrees.get(placeKey(root)) ?? []) open.push(child)
    }
    return tree
  }

  private trackOf(realm: RealmId): Track {
    let track = this.byRealm.get(realm)
    if (track === undefined) {
      track = new Track(this.trackList.length, realm, this.manifests)
      track.expect(this.expected.get(realm) ?? 0)
      this.expected.delete(realm)
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
    const late = this.late.splice(0)
    this.remoteParents = new Map()
    this.remoteParentCounts = []
    this.remoteChildren = new Map()
    this.remoteTrees = new Map()
    this.pending = []
    this.spans = new Map()
    this.messages.clear()
    this.clocks.forgetLinks()
    const before = this.trackList
    this.trackList = before.map(old => {
      const track = new Track(old.number, old.realm, this.manifests, old)
      track.definition = old.definition
      this.byRealm.set(old.realm, track)
      return track
    })
    for (const old of before) {
      const kept = old.chunks.map((chunk, index) => ({ number: chunk.number, read: () => restoreChunk(old, index) }))
      const whole = [...old.others, ...late.filter(chunk => chunk.realm === old.realm)].map(chunk => ({ number: chunk.number, read: () => chunk }))
      const track = this.trackList[old.number] as Track // SAFE: made from the same list
      for (const { read } of [...kept, ...whole].sort((a, b) => a.number - b.number)) this.append(track, read())
    }
    this.resolveLinks()
  }

  /** Joins server activities to the client activities that are known by now; the others stay pending. */
  private resolveLinks(): void {
    for (const { child, parent } of this.messages.takeJoined()) this.link(child, parent)
    if (this.pending.length === 0) return
    this.pending = this.pending.filter(({ child, parent }) => {
      const place = this.spans.get(parent.spanId) ?? this.placeOf(parent)
      if (place === undefined) return true
      this.link(child, place)
      return false
    })
  }

  private placeOf({ realm, call: callId }: Traceparent): CallPlace | undefined {
    const track = this.byRealm.get(realm)
    const call = track?.callIndex(callId) ?? -1
    return track === undefined || call === -1 ? undefined : { track: track.number, call }
  }

  private link(child: CallPlace, parent: CallPlace): void {
    const calls = this.trackList[child.track]?.calls
    const top = this.rootOf(parent)
    // A traceparent comes from outside: one that names its own descendant would close a ring.
    if (calls === undefined || calls.parent[child.call] !== -1 || (top.track === child.track && top.call === child.call)) return
    calls.marks[child.call] = (calls.marks[child.call] as number) | CallMark.asyncParent // SAFE: child.call < length
    if (!this.remoteParents.has(placeKey(child))) this.remoteParentCounts[child.track] = this.remoteParentsIn(child.track) + 1
    this.remoteParents.set(placeKey(child), parent)
    this.clocks.linked(parent.track, child.track, this.startUs(parent), this.startUs(child))
    addTo(this.remoteChildren, placeKey(parent), child)
    const root = this.trackList[parent.track]?.rootOfCall(parent.call) ?? parent.call
    addTo(this.remoteTrees, placeKey({ track: parent.track, call: root }), child)
    if (((calls.marks[child.call] as number) & (CallMark.error | CallMark.errorBelow)) !== 0) this.markAbove(child) // SAFE: as above
  }

  private startUs({ track, call }: CallPlace): number {
    const place = this.trackList[track] as Track // SAFE: both ends of a link are known
    return place.time(place.calls.enterRow[call] as number) // SAFE: as above
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

export const conflictText = (realm: number, number: number): string =>
  `chunk ${number} of realm ${realm.toString(16).padStart(8, '0')} is there already and holds something else: two realms have the same number`

function addTo(map: Map<number, CallPlace[]>, key: number, place: CallPlace): void {
  const places = map.get(key)
  if (places === undefined) map.set(key, [place])
  else places.push(place)
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
