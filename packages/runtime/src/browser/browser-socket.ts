/** The collector's connection in browsers, with the constructors captured before the program can replace them. */
import type { SocketEvents, SocketLike } from '../storage/socket-sink.ts'

const NativeWebSocket = globalThis.WebSocket

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
