/**
 * A session as the chunks of a self-contained trace file: definitions first, so that a reader knows every name before the first
 * event, then the events. Definitions take chunk numbers from the top of the range, where no recorder gets.
 */
import { encodeDefinitions } from '@hindscope/protocol'
import type { Definition, EnvironmentDefinition, ProbeManifest } from '@hindscope/protocol'
import type { TraceStore } from './trace-store.ts'

const FIRST_DEFINITION_NUMBER = 0xff00_0000

export interface FileOptions {
  /** False leaves the texts of sources out; their paths and positions stay. */
  readonly sources?: boolean
  /** What the file says about itself. */
  readonly environment?: EnvironmentDefinition
}

/** Fresh bytes, one chunk each. Realms come in the order of their tracks, so that track numbers are the same when read again. */
export function* exportChunks(store: TraceStore, { sources = true, environment }: FileOptions = {}): Generator<Uint8Array<ArrayBuffer>> {
  let number = FIRST_DEFINITION_NUMBER
  for (const track of store.tracks) {
    const own: Definition[] = [...(track.definition ? [track.definition] : []), ...track.sites.definitions()]
    if (track.number === 0)
      own.push(...store.incidents.definitions(), ...store.clocks.definitions(), ...store.notes.definitions(), ...store.remarks.definitions())
    if (track.number === 0 && environment !== undefined) own.push(environment)
    for (const gap of track.gaps.gaps) own.push({ kind: 'gap', realm: track.realm, ...gap })
    const manifests: Definition[] =
      track.number === 0
        ? [...store.manifests.all()].map(manifest => ({ kind: 'manifest', manifest: sources ? manifest : withoutTexts(manifest) }))
        : []
    const first = track.chunks[0]
    const place = {
      session: store.session,
      realm: track.realm,
      firstSeq: 0,
      hlcFirst: first?.hlcFirst ?? { ms: 0, counter: 0 },
      baseTimeUs: first?.baseTimeUs ?? 0,
    }
    // A realm without definitions still appears, so that its track number stays. A chunk for each manifest: damage takes the names of one module.
    yield encodeDefinitions({ ...place, number: number++ }, own)
    for (const manifest of manifests) yield encodeDefinitions({ ...place, number: number++ }, [manifest])
  }
  yield* store.chunksInOrder()
}

const withoutTexts = (manifest: ProbeManifest): ProbeManifest => ({ ...manifest, sources: manifest.sources.map(({ path }) => ({ path })) })
