/**
 * A WebSocket client for Node (RFC 6455) over node:net: loopback ws:// only, no extensions, no fragments sent. Node's own WebSocket exists
 * from version 22 on and keeps the process alive while it is open; this one lets the process go.
 *
 *   byte 0   FIN RSV RSV RSV | opcode(4)      opcode: 0 continuation, 1 text, 2 binary, 8 close, 9 ping, 10 pong
 *   byte 1   MASK | length(7)                 126: u16 follows, 127: u64 follows
 *   then     4 bytes of mask (client to server only), payload XOR mask
 */
import type { Socket } from 'node:net'
import { HindscopeError } from '@hindscope/protocol'
import type { SocketEvents, SocketLike } from '../storage/socket-sink.ts'

const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const
const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
/** The collector sends small JSON texts only. */
const MAX_MESSAGE_BYTES = 1 << 20
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]', '::1'])

export function connectNodeWebSocket(url: string, events: SocketEvents): SocketLike {
  return new NodeWebSocket(new URL(url), events)
}

class NodeWebSocket implements SocketLike {
  private readonly socket: Socket
  private readonly events: SocketEvents
  private readonly key: string
  private received: Buffer = Buffer.alloc(0)
  private fragments: Buffer[] = []
  private isOpen = false
  private isOver = false
  private readonly crypto = process.getBuiltinModule('node:crypto')

  constructor(url: URL, events: SocketEvents) {
    this.events = events
    this.key = this.crypto.randomBytes(16).toString('base64')
    if (url.protocol !== 'ws:' || !LOOPBACK.has(url.hostname)) throw new HindscopeError('address-not-loopback', { url: url.origin })
    const host = url.hostname.replace(/[[\]]/g, '')
    this.socket = process.getBuiltinModule('node:net').connect({ host, port: Number(url.port || 80), noDelay: true })
    this.socket.unref()
    this.socket.on('connect', () => this.socket.write(this.request(url)))
    this.socket.on('data', bytes => this.read(bytes))
    this.socket.on('error', () => this.end())
    this.socket.on('close', () => this.end())
  }

  private request(url: URL): string {
    const lines = [
      `GET ${url.pathname}${url.search} HTTP/1.1`,
      `Host: ${url.host}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Key: ${this.key}`,
      'Sec-WebSocket-Version: 13',
    ]
    return `${lines.join('\r\n')}\r\n\r\n`
  }

  send(message: string | Uint8Array<ArrayBuffer>): void {
    if (typeof message === 'string') this.frame(OPCODE.text, Buffer.from(message))
    else this.frame(OPCODE.binary, message)
  }

  close(): void {
    if (this.isOpen && !this.isOver) this.frame(OPCODE.close, Buffer.from([0x03, 0xe8]))
    this.socket.end()
    this.socket.destroySoon()
  }

  private frame(opcode: number, payload: Uint8Array): void {
    if (this.isOver) return
    const { length } = payload
    const lengthBytes = length < 126 ? 0 : length < 65_536 ? 2 : 8
    const out = Buffer.allocUnsafe(2 + lengthBytes + 4 + length)
    out[0] = 0x80 | opcode
    if (lengthBytes === 0) out[1] = 0x80 | length
    else if (lengthBytes === 2) {
      out[1] = 0x80 | 126
      out.writeUInt16BE(length, 2)
    } else {
      out[1] = 0x80 | 127
      out.writeUInt32BE(Math.floor(length / 0x1_0000_0000), 2)
      out.writeUInt32BE(length >>> 0, 6)
    }
    const mask = this.crypto.randomBytes(4)
    const start = 2 + lengthBytes
    out.set(mask, start)
    for (let i = 0; i < length; i++) out[start + 4 + i] = (payload[i] as number) ^ (mask[i & 3] as number) // SAFE: i is below both lengths
    this.socket.write(out)
  }

  private read(bytes: Buffer): void {
    this.received = this.received.length === 0 ? bytes : Buffer.concat([this.received, bytes])
    if (!this.isOpen && !this.readHandshake()) return
    while (!this.isOver && this.readFrame()) continue
  }

  private readHandshake(): boolean {
    const end = this.received.indexOf('\r\n\r\n')
    if (end < 0) {
      if (this.received.length > 16_384) this.fail()
      return false
    }
    const head = this.received.toString('latin1', 0, end)
    this.received = this.received.subarray(end + 4)
    const expected = this.crypto
      .createHash('sha1')
      .update(this.key + ACCEPT_GUID)
      .digest('base64')
    const accept = /^sec-websocket-accept:\s*(\S+)\s*$/im.exec(head)?.[1]
    if (!/^HTTP\/1\.1 101\b/.test(head) || accept !== expected) {
      this.fail()
      return false
    }
    this.isOpen = true
    this.events.opened()
    return true
  }

  /** Reads one frame; false when it is not there as a whole. */
  private readFrame(): boolean {
    const bytes = this.received
    if (bytes.length < 2) return false
    const first = bytes[0] as number // SAFE: two bytes are there
    const second = bytes[1] as number // SAFE: as above
    let length = second & 0x7f
    let at = 2
    if (length === 126) {
      if (bytes.length < 4) return false
      length = bytes.readUInt16BE(2)
      at = 4
    } else if (length === 127) {
      if (bytes.length < 10) return false
      length = bytes.readUInt32BE(2) * 0x1_0000_0000 + bytes.readUInt32BE(6)
      at = 10
    }
    // A server must not mask, and nothing sets the reserved bits without an extension.
    if ((second & 0x80) !== 0 || (first & 0x70) !== 0 || length > MAX_MESSAGE_BYTES) {
      this.fail()
      return false
    }
    if (bytes.length < at + length) return false
    this.received = bytes.subarray(at + length)
    this.take(first & 0x0f, (first & 0x80) !== 0, bytes.subarray(at, at + length))
    return true
  }

  private take(opcode: number, isFinal: boolean, payload: Buffer): void {
    switch (opcode) {
      case OPCODE.ping:
        this.frame(OPCODE.pong, payload)
        return
      case OPCODE.pong:
        return
      case OPCODE.close:
        this.frame(OPCODE.close, payload)
        this.socket.end()
        return
      case OPCODE.text:
      case OPCODE.continuation:
        this.fragments.push(payload)
        if (!isFinal) return
        this.events.message(Buffer.concat(this.fragments.splice(0)).toString('utf8'))
        return
      default:
        this.fail()
    }
  }

  private fail(): void {
    this.socket.destroy()
    this.end()
  }

  private end(): void {
    if (this.isOver) return
    this.isOver = true
    this.events.closed()
  }
}
