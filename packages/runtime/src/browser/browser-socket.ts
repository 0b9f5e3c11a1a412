/** The collector's connection in browsers, with the constructors captured before the program can replace them. */
import type { SocketEvents, SocketLike } from '../storage/socket-sink.ts'

const NativeWebSocket = globalThis.WebSocket

let isForbidden = false
/** The page's policy does not let this realm speak to the collector. */
export const isCollectorForbidden = (): boolean => isForbidden

export function connectBrowserSocket(url: string, events: SocketEvents): SocketLike {
  // What the page's policy forbids it forbids each time, and reports each time: one refusal is enough.
  const onViolation = ({ blockedURI }: SecurityPolicyViolationEvent): void => {
    const [address] = blockedURI.split('?')
    isForbidden ||= address !== undefined && address !== '' && url.startsWith(address)
  }
  addEventListener('securitypolicyviolation', onViolation)
  const socket = new NativeWebSocket(url)
  socket.onopen = () => events.opened()
  socket.onmessage = ({ data }) => {
    if (typeof data === 'string') events.message(data)
  }
  socket.onclose = () => {
    removeEventListener('securitypolicyviolation', onViolation)
    events.closed(isForbidden)
  }
  return {
    send: message => socket.send(message),
    close: () => socket.close(),
  }
}
