/** A collector in a process of its own, and recorders that say what is written for them. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile, readdir } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import WebSocket from 'ws'
import { CONTROL_VERSION, TRANSPORT_VERSION, scanChunks } from '@hindscope/protocol'
import type { Chunk } from '@hindscope/protocol'
import type { Health } from '../src/index.ts'
import { alias } from '../../../alias.ts'

/** Bundles a program of `fixtures/` into `folder`; gives its path. */
export async function buildProgram(folder: string, name: string): Promise<string> {
  const outfile = join(folder, `${name}.cjs`)
  await build({
    entryPoints: [fileURLToPath(new URL(`fixtures/${name}.ts`, import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    alias: { ...alias },
    // Loaded when somebody asks in SQL.
    external: ['@duckdb/*'],
    logLevel: 'error',
    logOverride: { 'empty-import-meta': 'silent' },
  })
  return outfile
}

export interface CollectorChild {
  readonly child: ChildProcess
  readonly url: string
  /** What it printed as warnings. */
  warnings(): string
  health(): Promise<Health>
  ask<T>(method: string, query: object): Promise<T>
  kill(): Promise<void>
}

/** `command` is run as it is; whatever it ends in prints the collector's address. */
export async function startChild(command: readonly [string, ...string[]]): Promise<CollectorChild> {
  const [file, ...args] = command
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let errors = ''
  child.stderr.on('data', (bytes: Buffer) => (errors += String(bytes)))
  const exited = once(child, 'exit')
  const line = await Promise.race([once(child.stdout, 'data'), exited.then(() => undefined)])
  if (line === undefined) throw new Error(`the collector did not start: ${errors}`)
  const url = String(line[0]).trim()
  const api = (method: string): string => `${url.replace('ws:', 'http:')}/api/${method}?token=t`
  const result = async (response: Response): Promise<unknown> => ((await response.json()) as { result: unknown }).result
  return {
    child,
    url,
    warnings: () => errors,
    health: async () => (await result(await fetch(api('health')))) as Health,
    ask: async <T>(method: string, query: object) => (await result(await fetch(api(method), { method: 'POST', body: JSON.stringify(query) }))) as T,
    kill: async () => {
      child.kill('SIGKILL')
      await exited
    },
  }
}

export interface Heard {
  readonly kind: string
  readonly realm?: number
  readonly number?: number
  readonly code?: string
  readonly topic?: string
  readonly body?: unknown
}

/** One recorder's connection; after `closed` it hears nothing more. */
export class RecorderSocket {
  readonly socket: WebSocket
  readonly heard: Heard[] = []
  readonly closed: Promise<void>
  private readonly wakes = new Set<() => void>()

  private constructor(socket: WebSocket) {
    this.socket = socket
    const wake = (): void => {
      for (const each of this.wakes) each()
    }
    socket.on('message', data => {
      this.heard.push(JSON.parse(String(data)) as Heard)
      wake()
    })
    socket.on('error', () => undefined)
    this.closed = new Promise(resolve =>
      socket.on('close', () => {
        wake()
        resolve()
      }),
    )
  }

  /** Greets as a recorder in Node does. */
  static async connect(url: string, session: string, realm: number, options: { readonly control?: boolean } = {}): Promise<RecorderSocket> {
    const recorder = new RecorderSocket(new WebSocket(`${url}/ingest?token=t`))
    await once(recorder.socket, 'open')
    const control = options.control === true ? { control: CONTROL_VERSION } : {}
    recorder.say({ kind: 'hello', version: TRANSPORT_VERSION, session, realm, ...control })
    await recorder.until(() => recorder.heard.length > 0)
    return recorder
  }

  say(message: object | Uint8Array): void {
    if (this.isOpen) this.socket.send(message instanceof Uint8Array ? message : JSON.stringify(message))
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN
  }

  get acknowledged(): readonly number[] {
    return this.heard.filter(message => message.kind === 'ack').map(message => message.number ?? -1)
  }

  /** Whether `isSo` came true before the connection ended. */
  async until(isSo: () => boolean): Promise<boolean> {
    while (!isSo()) {
      if (this.socket.readyState === WebSocket.CLOSED) return false
      await new Promise<void>(resolve => {
        const wake = (): void => {
          this.wakes.delete(wake)
          resolve()
        }
        this.wakes.add(wake)
      })
    }
    return true
  }

  /** Sends the first part of a frame with these bytes and cuts the connection. */
  cutWithin(bytes: Uint8Array): void {
    const { _socket: raw } = this.socket as unknown as { _socket: Socket } // SAFE: ws keeps it there
    const header = Buffer.alloc(14)
    header[0] = 0x82
    header[1] = 0x80 | 127
    header.writeBigUInt64BE(BigInt(bytes.length), 2)
    // A mask of zeros leaves the bytes as they are.
    raw.write(Buffer.concat([header, bytes.subarray(0, bytes.length >> 1)]), () => raw.destroy())
  }
}

/** Every chunk in the segments of a session, as they lie there. */
export async function storedChunks(sessionDir: string): Promise<{ readonly chunks: readonly Chunk[]; readonly damage: readonly unknown[] }> {
  const folder = join(sessionDir, 'segments')
  const chunks: Chunk[] = []
  const damage: unknown[] = []
  for (const name of (await readdir(folder)).sort()) {
    const scan = scanChunks(await readFile(join(folder, name)))
    chunks.push(...scan.chunks.map(each => each.chunk))
    damage.push(...scan.damage)
  }
  return { chunks, damage }
}
