/** The HTTP server and its WebSocket upgrades, on loopback unless told otherwise. */
import { createServer } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import { HindscopeError, INGEST_PATH, LIVE_PATH } from '@hindscope/protocol'
import { checkHost, checkOrigin, checkToken } from './access.ts'
import { refuseUpgrade } from './http-answer.ts'
import { route } from './http-routes.ts'
import type { RouteContext } from './http-routes.ts'
import { MAX_FRAME_BYTES } from './ingest-socket.ts'

export interface SocketRoutes {
  /** `isPage`: a browser asks; they say from where. */
  readonly ingest: ((socket: WebSocket, isPage: boolean) => void) | undefined
  live(socket: WebSocket): void
}

export interface Listener {
  readonly port: number
  close(): Promise<void>
}

export async function listen(context: RouteContext, sockets: SocketRoutes, at: { host: string; port: number }): Promise<Listener> {
  const server = createServer((request, response) => void route(request, response, context))
  const ingestSockets = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false })
  const liveSockets = new WebSocketServer({ noServer: true, maxPayload: 1024 * 1024, perMessageDeflate: false })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // SAFE: a peer that resets the connection has nothing to be told.
    socket.on('error', () => undefined)
    try {
      const accept = socketRoute(request, context, sockets)
      const group = accept === sockets.ingest ? ingestSockets : liveSockets
      group.handleUpgrade(request, socket, head, opened => accept(opened, request.headers.origin !== undefined))
    } catch (error) {
      refuseUpgrade(socket, error)
    }
  })
  await start(server, at)
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : at.port
  return {
    port,
    close: async () => {
      for (const group of [ingestSockets, liveSockets]) for (const socket of group.clients) socket.terminate()
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

/** Host, path, Origin and token in that order; throws what the peer is told. */
function socketRoute(request: IncomingMessage, { rules }: RouteContext, sockets: SocketRoutes): (socket: WebSocket, isPage: boolean) => void {
  checkHost(request, rules)
  const url = new URL(request.url ?? '/', 'http://collector')
  const accept =
    url.pathname === INGEST_PATH ? sockets.ingest : url.pathname === LIVE_PATH ? (socket: WebSocket): void => sockets.live(socket) : undefined
  if (accept === undefined) {
    throw new HindscopeError('collector-request', { method: 'upgrade', path: url.pathname, reason: 'there is no such socket', api: INGEST_PATH })
  }
  checkOrigin(request, rules)
  checkToken(request, url, rules)
  return accept
}

function start(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: Error) =>
      reject(new HindscopeError('collector-listen', { host, port: String(port), reason: error.message }, { cause: error })),
    )
    server.listen(port, host, resolve)
  })
}
