/** The collector's connection in browsers, with the constructors captured before the program can replace them. */
import { TOKEN_PARAM } from '@hindscope/protocol'
import type { SealedChunk } from '../storage/sink.ts'
import type { SocketEvents, SocketLike } from '../storage/socket-sink.ts'

const NativeWebSocket = globalThis.WebSocket
const NativeBlob = globalThis.Blob

/** A browser takes about 64 KiB in all the beacons under way. */
const MAX_BEACON_BYTES = 60_000

export function connectBrowserSocket(url: string, events: SocketEvents): SocketLike {
  const socket = new NativeWebSocket(url)
  socket.onopen = () => events.opened()
  socket.onmessage = ({ data }) => {
    if (typeof data === 'string') events.message(data)
  }
  socket.onclose = () => events.closed()
  return {
    send: message => socket.send(message),
    close: () => socket.close(),
  }
}

/** Chunks that a page cannot send any more over its socket. Text as the type keeps the beacon free of a preflight. */
export function sendBeacon(url: string, token: string, chunks: readonly SealedChunk[]): void {
  const address = `${url
    .replace(/^ws/, 'http')
    .replace(/\/ingest\/?$/, '')
    .replace(/\/+$/, '')}/ingest-beacon?${TOKEN_PARAM}=${encodeURIComponent(token)}`
  const parts: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  for (const chunk of chunks) {
    if (size + chunk.bytes.length > MAX_BEACON_BYTES) break
    parts.push(chunk.bytes)
    size += chunk.bytes.length
  }
  if (parts.length > 0) navigator.sendBeacon(address, new NativeBlob(parts, { type: 'text/plain' }))
}
