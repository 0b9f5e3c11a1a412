/** Streams → tapes, word for word as pack-tape.ts took them. */
import { TapeOp } from '@hindscope/protocol'
import { blockMalformed } from './block-layout.ts'
import { readOperationTable } from './operation-table.ts'
import type { OperationColumns } from './operation-table.ts'
import { EFFECTS, Effect, RECORD_MODE, Told, callTold, isValueZero, kindOfRecord, linkTold, takesCallId } from './operations.ts'
import { Stream } from './streams.ts'
import { Varints } from './varints.ts'

export class TapeUnpacker {
  /** The next call id behind the last tape. */
  nextCall = 0
  private readonly operations: Varints
  private readonly clocks: Varints
  private readonly calls: Varints
  private readonly links: Varints
  private readonly iterations: Varints
  private readonly valueHeads: Varints
  private readonly valueOffsets: Varints
  private readonly table: OperationColumns
  private lastOffset = 0
  private lastIteration = 0

  constructor(streams: readonly Uint8Array[]) {
    const stream = (index: number): Uint8Array => streams[index] as Uint8Array // SAFE: a block has all streams
    this.table = readOperationTable(stream(Stream.operationTable))
    this.operations = new Varints(stream(Stream.operations))
    this.clocks = new Varints(stream(Stream.clocks))
    this.calls = new Varints(stream(Stream.calls))
    this.links = new Varints(stream(Stream.links))
    this.iterations = new Varints(stream(Stream.iterations))
    this.valueHeads = new Varints(stream(Stream.valueHeads))
    this.valueOffsets = new Varints(stream(Stream.valueOffsets))
  }

  /** Writes the next tape over `out[from, to)`. Throws `block-malformed`. */
  write(out: Int32Array, from: number, to: number, firstCall: number): void {
    const { modes, words } = this.table
    const open: number[] = []
    this.nextCall = firstCall | 0
    this.lastOffset = 0
    this.lastIteration = 0
    for (let at = from; at < to;) {
      const number = this.operations.next()
      if (number >= modes.length) throw blockMalformed(this.operations.at, 'an operation is not in the table')
      const mode = modes[number] as number // SAFE: checked
      const word = words[number] as number // SAFE: as many as modes
      out[at] = word
      switch (mode) {
        case TapeOp.enterWith:
          out[at + 1] = this.value()
          open.push(this.nextCall)
          this.nextCall = (this.nextCall + 1) | 0
          at += 2
          break
        case TapeOp.enter:
          open.push(this.nextCall)
          this.nextCall = (this.nextCall + 1) | 0
          at++
          break
        case TapeOp.exitWith:
          out[at] = word | (this.value() << 4)
          open.pop()
          at++
          break
        case TapeOp.exit:
        case TapeOp.await:
          open.pop()
          at++
          break
        case TapeOp.iteration:
          this.lastIteration = (this.lastIteration + this.iterations.nextSigned()) | 0
          out[at + 1] = this.lastIteration
          at += 2
          break
        case TapeOp.write:
          out[at + 1] = this.value()
          at += 2
          break
        case TapeOp.resume: {
          const call = (this.nextCall - this.calls.nextSigned()) | 0
          out[at + 1] = call
          out[at + 2] = this.value()
          open.push(call)
          at += 3
          break
        }
        case TapeOp.top: {
          const call = (this.nextCall - this.calls.nextSigned()) | 0
          out[at + 1] = call
          open.push(call)
          at += 2
          break
        }
        case TapeOp.clock:
        case TapeOp.elapsed:
          out[at] = word | (this.clocks.next() << 4)
          at++
          break
        case TapeOp.step:
        case TapeOp.falsy:
        case TapeOp.truthy:
        case TapeOp.nullish:
          at++
          break
        default:
          if (mode < RECORD_MODE) throw blockMalformed(this.operations.at, `unknown operation ${mode}`)
          this.record(out, at, to, mode, number, open)
          at += 5
      }
      if (at > to) throw blockMalformed(this.operations.at, 'an operation reaches beyond its tape')
    }
  }

  private record(out: Int32Array, at: number, to: number, mode: number, number: number, open: number[]): void {
    if (at + 5 > to) throw blockMalformed(this.operations.at, 'an operation reaches beyond its tape')
    const word = out[at] as number // SAFE: just written
    const top = open[open.length - 1] ?? 0
    const told = callTold(mode)
    const call = told === Told.zero ? 0 : told === Told.top ? top : told === Told.next ? this.nextCall : (this.nextCall - this.calls.nextSigned()) | 0
    const link = linkTold(mode)
    out[at + 1] = this.table.sites[number] as number // SAFE: as many as modes
    out[at + 2] = call
    out[at + 3] = link === Told.zero ? 0 : link === Told.top ? top : (call - this.links.nextSigned()) | 0
    out[at + 4] = isValueZero(mode) ? 0 : this.value()
    const kind = kindOfRecord(word)
    const effect = EFFECTS[kind]
    if (effect === Effect.opens) open.push(call)
    else if (effect === Effect.closes && open.length > 0 && top === call) open.pop()
    if (takesCallId(kind)) this.nextCall = (call + 1) | 0
  }

  private value(): number {
    const head = this.valueHeads.next()
    if ((head & 1) === 1) return (head >>> 1) << 22
    this.lastOffset += this.valueOffsets.nextSigned()
    return ((head >>> 1) << 22) | (this.lastOffset & 0x3f_ffff)
  }
}
