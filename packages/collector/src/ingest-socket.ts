/** One recorder's connection: hello, then chunks, each acknowledged once it is durable, and control messages both ways. */
import type { RawData, WebSocket } from 'ws'
import { CONTROL_VERSION, HindscopeError, MAX_CHUNK_BYTES, TRANSPORT_VERSION, realmId, sessionId } from '@hindscope/protocol'
import type { IngestServerMessage } from '@hindscope/protocol'
import { collectorNowUs } from './clock-bounds.ts'
import { asFailure } from './http-answer.ts'
import type { Ingest } from './ingest.ts'
import type { Intake } from './intake.ts'
import type { RealmLink, RealmLinks } from './realm-links.ts'

export interface Hello {
  readonly session: string
  readonly realm: number
  readonly takesControl: boolean
}

export interface IngestEvents {
  greeted(hello: Hello): void
  /** After the last chunk of the connection was stored. */
  closed(hello: Hello | undefined): void
}

export interface IngestParts {
  readonly ingest: Ingest
  readonly intake: Intake
  readonly links: RealmLinks
  readonly events: IngestEvents
}

/** `isPage`: a browser opened it. */
export function serveIngest(socket: WebSocket, isPage: boolean, { ingest, intake, links, events }: IngestParts): void {
  let hello: Hello | undefined
  let link: RealmLink | undefined
  const flow = intake.open({
    hold: () => socket.pause(),
    release: () => socket.resume(),
    // Whoever is gone answers with a reset.
    probe: () => socket.ping(() => undefined),
  })
  const underWay = new Set<Promise<void>>()
  const send = (message: IngestServerMessage): void => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message))
  }
  const refuse = (error: unknown): void => {
    const { code, message } = asFailure(error)
    send({ kind: 'refused', code, message })
  }
  const greet = (text: string): void => {
    try {
      const greeting = parseHello(text)
      if (link !== undefined) links.close(link)
      hello = greeting
      events.greeted(hello)
      send({ kind: 'hello-ok', version: TRANSPORT_VERSION, control: CONTROL_VERSION })
      link = linkOf(greeting)
      links.open(link)
    } catch (error) {
      ingest.stats.refused++
      refuse(error)
    }
  }
  const linkOf = ({ session, realm, takesControl }: Hello): RealmLink => ({
    session,
    realm,
    isPage,
    send: (topic, body) => {
      const isOpen = takesControl && socket.readyState === socket.OPEN
      if (isOpen) send({ kind: 'control', topic, body })
      return isOpen
    },
  })
  /** Whatever else is said in text: what is not understood is counted, and the connection stays. */
  const hear = (text: string, from: RealmLink): void => {
    try {
      const message = JSON.parse(text) as { kind?: unknown; topic?: unknown; body?: unknown } | null // SAFE: checked here and by the listener
      if (message?.kind === 'hello') return greet(text)
      if (message?.kind !== 'report' || !links.report(from, String(message.topic), message.body)) ingest.stats.ignored++
    } catch {
      ingest.stats.ignored++ // SAFE: a message that is no JSON or whose body is not what its topic says; the recorder's chunks count.
    }
  }
  const take = async (bytes: Uint8Array): Promise<void> => {
    const arrivedUs = collectorNowUs()
    flow.add(bytes.length)
    try {
      const chunk = await ingest.add(bytes)
      send({ kind: 'ack', realm: chunk.realm, number: chunk.number })
      if (link !== undefined) links.heard(link, chunk, arrivedUs)
    } catch (error) {
      // That the collector closes is no fault of the chunk: without an answer the recorder keeps it and sends it again.
      if (asFailure(error).code === 'segment-io') socket.close(1011, 'segment-io')
      else refuse(error)
    } finally {
      flow.done(bytes.length)
    }
  }
  socket.on('message', (data, isBinary) => {
    const bytes = bytesOf(data)
    if (!isBinary) {
      const text = new TextDecoder().decode(bytes)
      return link === undefined ? greet(text) : hear(text, link)
    }
    if (hello === undefined) {
      ingest.stats.refused++
      return refuse(new HindscopeError('collector-hello', { reason: 'a chunk came before it' }))
    }
    const taken: Promise<void> = take(bytes).finally(() => underWay.delete(taken))
    underWay.add(taken)
  })
  // ws itself closes the socket with 1009 when a message is larger than maxPayload.
  socket.on('error', () => ingest.stats.refused++)
  socket.on('close', () => {
    flow.close()
    if (link !== undefined) links.close(link)
    void Promise.allSettled(underWay).then(() => events.closed(hello))
  })
}

/** ws gives a Buffer for every message unless told otherwise; its memory is the message's own or a slice of a pool, never reused. */
function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data)
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data
}

function parseHello(text: string): Hello {
  let message: { kind?: unknown; version?: unknown; session?: unknown; realm?: unknown; control?: unknown } | null
  try {
    message = JSON.parse(text) as typeof message // SAFE: fields are checked below
  } catch {
    throw new HindscopeError('collector-hello', { reason: 'it is not JSON' })
  }
  if (message?.kind !== 'hello') throw new HindscopeError('collector-hello', { reason: 'its kind is not hello' })
  if (message.version !== TRANSPORT_VERSION) {
    throw new HindscopeError('collector-hello', { reason: `its version is ${message.version}, this collector speaks ${TRANSPORT_VERSION}` })
  }
  try {
    const takesControl = message.control === CONTROL_VERSION
    return { session: sessionId(String(message.session)), realm: realmId(Number(message.realm)), takesControl }
  } catch (error) {
    throw new HindscopeError('collector-hello', { reason: 'session or realm is malformed' }, { cause: error })
  }
}

export const MAX_FRAME_BYTES: number = MAX_CHUNK_BYTES
