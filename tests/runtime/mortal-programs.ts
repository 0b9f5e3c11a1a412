/** Programs that record, say themselves how far they got, and die in the way a test wants; and what a trace holds of them afterwards. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ChunkType } from '@hindscope/protocol'
import type { Chunk, ValueNode } from '@hindscope/protocol'
import { decodeEvents, readChunks } from '@hindscope/testkit'

const dist = (file: string): string => pathToFileURL(fileURLToPath(new URL(`../../packages/runtime/dist/${file}`, import.meta.url))).href

/**
 * `f()` is a probed call with the next number; what it returns was recorded. Every 16th number is said with the times of the program's own
 * clock in milliseconds before and after it was recorded.
 */
const PRELUDE = `
import { writeSync } from 'node:fs'
import { start } from ${JSON.stringify(dist('start.mjs'))}
import { h as H } from ${JSON.stringify(dist('hook.mjs'))}
const recorder = start({ name: 'mortal', config: JSON.parse(process.env.TEST_CONFIG ?? '{}') })
const L = H.m('00000000000000aa', '3'), B = H.b
let next = 0
const say = (...words) => writeSync(1, words.join(' ') + '\\n')
const f = () => {
  const value = next++, before = performance.now()
  const F = L[0] ? H.e(L[0], 1, value) : 0
  H.r(F, 0)
  if (value % 16 === 0) say(value, before, performance.now())
  return value
}
const calls = count => { for (let i = 0; i < count; i++) f() }
const busy = ms => { for (const end = performance.now() + ms; performance.now() < end;) { f(); for (const go = performance.now() + 0.03; performance.now() < go;); } }
`

export interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly said: readonly { readonly value: number; readonly beforeMs: number; readonly afterMs: number }[]
  /** Lines that are no numbers. */
  readonly words: readonly string[]
  readonly stderr: string
}

export interface ProgramOptions {
  /** Of Node. */
  readonly flags?: readonly string[]
  readonly config?: object
  /** What a file may grow to in KB; writes beyond it fail part of the way, as on a full disk. */
  readonly fileKb?: number
}

export interface KeptChunk {
  readonly chunk: Chunk
  readonly bytes: Uint8Array
}

export interface Running {
  readonly child: ChildProcess
  /** Lines said so far. */
  readonly lines: readonly string[]
  readonly ended: Promise<Ended>
}

export class Grave {
  readonly dir: string = mkdtempSync(join(tmpdir(), 'hindscope-durability-'))
  readonly dataDir: string = join(this.dir, '.hindscope')
  private programs = 0

  constructor() {
    mkdirSync(this.dataDir)
  }

  /** An address that nobody listens at, of a process that lives. */
  writeDeadAddress(): void {
    const address = { url: 'ws://127.0.0.1:9', token: 't', session: 'ab'.repeat(16), pid: process.pid }
    writeFileSync(join(this.dataDir, 'collector.json'), JSON.stringify(address))
  }

  writeProgram(body: string): string {
    const file = join(this.dir, `program-${this.programs++}.mjs`)
    writeFileSync(file, PRELUDE + body)
    return file
  }

  start(body: string, options: ProgramOptions = {}): Running {
    const { flags = [], config = {}, fileKb } = options
    const env = { PATH: process.env['PATH'] ?? '', TEST_CONFIG: JSON.stringify(config) }
    const args = [...flags, this.writeProgram(body)]
    // In blocks of 512 bytes.
    const limit = fileKb === undefined ? [] : ['sh', '-c', `ulimit -f ${fileKb * 2}; exec "$0" "$@"`]
    const [command = '', ...rests] = [...limit, process.execPath, ...args]
    const child = spawn(command, rests, { cwd: this.dir, env })
    const lines: string[] = []
    let rest = ''
    let stderr = ''
    child.stdout.on('data', (text: Buffer) => {
      const parts = (rest + text.toString()).split('\n')
      rest = parts.pop() ?? ''
      lines.push(...parts)
    })
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()))
    const ended = new Promise<Ended>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code, signal) => {
        const said = lines.filter(line => /^\d/.test(line)).map(line => line.split(' ').map(Number))
        const words = lines.filter(line => !/^\d/.test(line))
        resolve({ code, signal, said: said.map(([value = 0, beforeMs = 0, afterMs = 0]) => ({ value, beforeMs, afterMs })), words, stderr })
      })
    })
    return { child, lines, ended }
  }

  run(body: string, options: ProgramOptions = {}): Promise<Ended> {
    return this.start(body, options).ended
  }

  /** Trace files, or segments of sessions. */
  files(folder: 'traces' | 'spool' | 'sessions'): string[] {
    const path = join(this.dataDir, folder)
    if (!existsSync(path)) return []
    const names = readdirSync(path, { recursive: true }).map(String)
    return names
      .filter(name => /\.(hscope|open)$/.test(name))
      .toSorted()
      .map(name => join(path, name))
  }

  /** Chunks in files, every one as often as it is there. Half a chunk at the end of a file is what was being written. */
  chunks(folder: 'traces' | 'spool' | 'sessions'): KeptChunk[] {
    return this.files(folder).flatMap(file => readChunks(new Uint8Array(readFileSync(file))).chunks)
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true })
  }
}

/** Numbers of the calls of `f`, in the order of the chunks. */
export const numbersIn = (chunks: readonly KeptChunk[]): number[] =>
  chunks
    .filter(({ chunk }) => chunk.type === ChunkType.events)
    .flatMap(({ bytes }) => decodeEvents([bytes]))
    .flatMap(({ kind, values }) => (kind === 'call-enter' ? [numberOf(values[0])] : []))

const numberOf = (node: ValueNode | undefined): number => (node?.kind === 'number' ? Number(node.text) : Number.NaN)

/** By realm and chunk number, each once. */
export function distinct(chunks: readonly KeptChunk[]): KeptChunk[] {
  const known = new Map(chunks.map(kept => [`${kept.chunk.realm} ${kept.chunk.type} ${kept.chunk.number}`, kept]))
  return [...known.values()].toSorted((a, b) => a.chunk.realm - b.chunk.realm || a.chunk.number - b.chunk.number)
}

/**
 * Milliseconds between the first number said that is lost and the last one said, by the program's own clock: how old the oldest lost
 * event was when the program still recorded. 0 when nothing that was said is lost. Throws when anything but the end is missing.
 */
export function lostMs(numbers: readonly number[], { said }: Ended): number {
  numbers.forEach((number, index) => {
    if (number !== index) throw new TypeError(`number ${index} is missing before ${number}`)
  })
  const last = said.at(-1)
  const lost = said.find(({ value }) => value >= numbers.length)
  return last === undefined || lost === undefined ? 0 : Math.max(0.001, last.beforeMs - lost.afterMs)
}
