/** Tapes → streams. One pass over the words of each tape; what it follows of the open calls, unpack-tape.ts follows the same way. */
import { ByteWriter, ConsoleLevel, EventKind, TAPE_OP_WORDS, TapeOp } from '@hindscope/protocol'
import { OperationTable } from './operation-table.ts'
import { EFFECTS, Effect, Told, keptWord, kindOfRecord, recordMode, takesCallId } from './operations.ts'
import { zigzag32 } from './varints.ts'

export class TapePacker {
  readonly operations: OperationTable = new OperationTable()
  readonly clocks: ByteWriter = new ByteWriter(16_384)
  readonly calls: ByteWriter = new ByteWriter(4096)
  readonly links: ByteWriter = new ByteWriter(4096)
  readonly iterations: ByteWriter = new ByteWriter(1024)
  readonly valueHeads: ByteWriter = new ByteWriter(4096)
  readonly valueOffsets: ByteWriter = new ByteWriter(4096)
  /** Bitmap as block headers have it. */
  readonly kinds: Uint8Array<ArrayBuffer> = new Uint8Array(16)
  errors = 0
  /** The next call id as far as the tape tells. */
  nextCall = 0
  /** Microseconds that the last tape's readings of the clock go on. */
  elapsedUs = 0
  private lastOffset = 0
  private lastIteration = 0
  private words: Int32Array<ArrayBuffer> = new Int32Array(4096)

  /** Takes the tape of one chunk; false when it is not whole operations, and then nothing was taken. */
  add(tape: Uint8Array, nextCall: number): boolean {
    this.elapsedUs = 0
    const length = tape.length / 4
    if (!Number.isInteger(length)) return false
    if (length > this.words.length) this.words = new Int32Array(length * 2)
    new Uint8Array(this.words.buffer).set(tape)
    for (let at = 0; at < length;) {
      at += TAPE_OP_WORDS[(this.words[at] as number) & 15] as number // SAFE: every op has its number of words
      if (at > length) return false
    }
    this.nextCall = nextCall | 0
    this.lastOffset = 0
    this.lastIteration = 0
    this.take(length)
    return true
  }

  private take(length: number): void {
    const { words, operations } = this
    const open: number[] = []
    // SAFE (every `as number` of this loop): `add` has seen that operations end within the length.
    for (let at = 0; at < length;) {
      const word = words[at] as number
      const op = word & 15
      if (op !== TapeOp.record) operations.add(op, keptWord(word), 0)
      switch (op) {
        case TapeOp.enter:
        case TapeOp.enterWith:
          if (op === TapeOp.enterWith) this.value(words[at + 1] as number)
          open.push(this.nextCall)
          this.nextCall = (this.nextCall + 1) | 0
          break
        case TapeOp.exit:
        case TapeOp.exitWith:
        case TapeOp.await:
          if (op === TapeOp.exitWith) this.value(word >>> 4)
          open.pop()
          break
        case TapeOp.iteration:
          this.iterations.varint(zigzag32(((words[at + 1] as number) - this.lastIteration) | 0))
          this.lastIteration = words[at + 1] as number
          break
        case TapeOp.write:
          this.value(words[at + 1] as number)
          break
        case TapeOp.resume:
          this.calls.varint(zigzag32((this.nextCall - (words[at + 1] as number)) | 0))
          this.value(words[at + 2] as number)
          open.push(words[at + 1] as number)
          break
        case TapeOp.top:
          this.calls.varint(zigzag32((this.nextCall - (words[at + 1] as number)) | 0))
          open.push(words[at + 1] as number)
          break
        case TapeOp.clock:
        case TapeOp.elapsed:
          this.clocks.varint(word >>> 4)
          this.elapsedUs += word >>> 4
          break
        case TapeOp.record:
          this.record(word, at, open)
          break
      }
      this.noteKind(op)
      at += TAPE_OP_WORDS[op] as number
    }
  }

  private record(word: number, at: number, open: number[]): void {
    const { words } = this
    // SAFE: the operation is whole
    const [site, call, link, value] = [words[at + 1] as number, words[at + 2] as number, words[at + 3] as number, words[at + 4] as number]
    const top = open[open.length - 1]
    const callTold = call === 0 ? Told.zero : call === top ? Told.top : call === this.nextCall ? Told.next : Told.apart
    const linkTold = link === 0 ? Told.zero : link === top ? Told.top : Told.apart
    this.operations.add(recordMode(callTold, linkTold, value === 0 ? 1 : 0), word, site)
    if (callTold === Told.apart) this.calls.varint(zigzag32((this.nextCall - call) | 0))
    if (linkTold === Told.apart) this.links.varint(zigzag32((call - link) | 0))
    if (value !== 0) this.value(value)
    const kind = kindOfRecord(word)
    if (EFFECTS[kind] === Effect.opens) open.push(call)
    else if (EFFECTS[kind] === Effect.closes && top === call) open.pop()
    if (takesCallId(kind)) this.nextCall = (call + 1) | 0
    this.kinds[kind >> 3] = (this.kinds[kind >> 3] as number) | (1 << (kind & 7)) // SAFE: 7 bits
    if (isError(kind, word >>> 16)) this.errors++
  }

  /** A value word: 10 bits of count and flags above 22 of offset, 0 for none. */
  private value(word: number): void {
    const offset = word & 0x3f_ffff
    this.valueHeads.varint(((word >>> 22) << 1) | (offset === 0 ? 1 : 0))
    if (offset === 0) return
    this.valueOffsets.varint(zigzag32(offset - this.lastOffset))
    this.lastOffset = offset
  }

  private noteKind(op: number): void {
    const kind = KIND_OF_OP[op] as number // SAFE: four bits
    if (kind !== 0) this.kinds[kind >> 3] = (this.kinds[kind >> 3] as number) | (1 << (kind & 7)) // SAFE: a kind is below 128
  }
}

function isError(kind: number, extra: number): boolean {
  if (kind === EventKind.console) return extra === ConsoleLevel.error || extra === ConsoleLevel.assert
  return (
    kind === EventKind.callThrow || kind === EventKind.throwStatement || kind === EventKind.uncaughtError || kind === EventKind.unhandledRejection
  )
}

const KIND_OF_OP: readonly number[] = /*#__PURE__*/ (() => {
  const kinds = Array.from({ length: 16 }, () => 0)
  kinds[TapeOp.enter] = kinds[TapeOp.enterWith] = EventKind.callEnter
  kinds[TapeOp.exit] = kinds[TapeOp.exitWith] = EventKind.callReturn
  kinds[TapeOp.step] = EventKind.step
  kinds[TapeOp.falsy] = kinds[TapeOp.truthy] = kinds[TapeOp.nullish] = EventKind.branch
  kinds[TapeOp.iteration] = EventKind.iteration
  kinds[TapeOp.write] = EventKind.write
  kinds[TapeOp.await] = EventKind.suspendAwait
  kinds[TapeOp.resume] = EventKind.resumeAwait
  return kinds
})()
