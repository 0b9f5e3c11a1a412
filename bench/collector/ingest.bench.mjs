// Events per second into the store: chunks of 4,096 call events with two small values each, through the real collector over WebSocket
// (acknowledged after fsync), and straight into the session writer.
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ByteWriter,
  createSessionId,
  encodeChunk,
  recordHead,
  tapeOf,
  EventKind,
  RECORD_WORDS,
  INGEST_PATH,
  TOKEN_PARAM,
  TRANSPORT_VERSION,
  ValueTag,
  zigzag,
} from '@hindscope/protocol'
import { find, fixed, table, whenCase } from '../lib/case.mjs'

export const title = 'Into the store'
export const notes =
  '4,096 events a chunk, two values every other event. `socket`: WebSocket on loopback, indexed and fsynced before each acknowledgement, sixteen chunks in flight. `writer`: session writer alone.'
export const rounds = 3
const CHUNKS = 128
const PER_CHUNK = 4096
export const variants = [{ path: 'socket' }, { path: 'writer' }]

function makeChunks(session) {
  const chunks = []
  for (let number = 0; number < CHUNKS; number++) {
    const records = new Int32Array(PER_CHUNK * RECORD_WORDS)
    const values = new ByteWriter(PER_CHUNK * 8)
    for (let i = 0; i < PER_CHUNK; i++) {
      const enter = i % 2 === 0
      const call = number * (PER_CHUNK / 2) + (i >> 1) + 1
      const value = enter ? values.length + 1 : 0
      if (enter) {
        values.byte(ValueTag.int)
        values.varint(zigzag(i))
        values.byte(ValueTag.string)
        values.varint(i % 4)
      }
      records.set([recordHead(enter ? EventKind.callEnter : EventKind.callReturn, 0, enter ? 2 : 0), i % 50, call, 0, i * 3, value], i * RECORD_WORDS)
    }
    const ms = 1_700_000_000_000 + number * 20
    chunks.push(
      encodeChunk({
        type: 1,
        session,
        realm: 7,
        number,
        firstSeq: number * PER_CHUNK,
        recordCount: PER_CHUNK,
        dropped: 0,
        truncated: 0,
        hlcFirst: { ms, counter: 0 },
        hlcLast: { ms: ms + 13, counter: 0 },
        baseTimeUs: ms * 1000,
        ...tapeOf(records, PER_CHUNK),
        values: values.take(),
        strings: ['alpha', 'beta', 'gamma', 'delta'],
      }),
    )
  }
  return chunks
}

await whenCase(import.meta, async ({ path }) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'hindscope-bench-'))
  const session = createSessionId(bytes => globalThis.crypto.getRandomValues(bytes))
  const chunks = makeChunks(session)
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  let started
  if (path === 'writer') {
    const { openSession } = await import('@hindscope/store')
    const { writer } = await openSession(join(dataDir, 'sessions', session))
    started = performance.now()
    await Promise.all(chunks.map(chunk => writer.append(chunk)))
  } else {
    const { startCollector } = await import('@hindscope/collector')
    const collector = await startCollector({ dataDir, port: 0, session })
    const { WebSocket } = createRequire(createRequire(import.meta.url).resolve('@hindscope/collector'))('ws')
    const socket = new WebSocket(`${collector.ingestUrl}${INGEST_PATH}?${TOKEN_PARAM}=${collector.token}`)
    await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject))
    let next = 0
    let acked = 0
    const done = new Promise((resolve, reject) => {
      socket.on('message', data => {
        const message = JSON.parse(data)
        if (message.kind === 'refused') reject(new Error(message.message))
        if (message.kind === 'hello-ok') {
          started = performance.now()
          while (next < 16) socket.send(chunks[next++])
        }
        if (message.kind === 'ack') {
          if (++acked === CHUNKS) resolve()
          else if (next < CHUNKS) socket.send(chunks[next++])
        }
      })
    })
    socket.send(JSON.stringify({ kind: 'hello', version: TRANSPORT_VERSION, session, realm: 7 }))
    await done
  }
  const seconds = (performance.now() - started) / 1000
  rmSync(dataDir, { recursive: true, force: true })
  return { eventsPerSecond: (CHUNKS * PER_CHUNK) / seconds, mbPerSecond: bytes / 1e6 / seconds, bytesPerEvent: bytes / (CHUNKS * PER_CHUNK) }
})

export function report(rows) {
  const lines = variants.map(variant => {
    const { eventsPerSecond, mbPerSecond, bytesPerEvent } = find(rows, variant).figures
    return [variant.path, `${fixed(eventsPerSecond.median / 1000, 0)} k`, fixed(mbPerSecond.median, 0), fixed(bytesPerEvent.median, 1)]
  })
  return table(['path', 'events/s', 'MB/s', 'bytes an event'], lines)
}
