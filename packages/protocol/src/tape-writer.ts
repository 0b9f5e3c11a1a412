/**
 * Records → tape (tape.ts), as short as a reader can be told: what follows from the open calls is left out. The runtime writes its tapes
 * event by event; this is for events that are there already.
 */
import { BranchBit, EventKind } from './events.ts'
import { RECORD_WORDS, headExtra, headFlags, headKind } from './record-layout.ts'
import { MAX_TAPE_ARGUMENT, TapeOp, effectOn, recordWord, tapeWord, valueWord } from './tape.ts'

export interface WrittenTape {
  readonly tape: Uint8Array<ArrayBuffer>
  /** Id of the first call that the tape enters without naming it. */
  readonly nextCall: number
}

/** `siteOf`: the probe of a call that was open before the records. */
export function tapeOf(records: Int32Array, count: number, siteOf: (call: number) => number = () => 0): WrittenTape {
  const writer = new TapeWriter(siteOf)
  for (let at = 0; at < count * RECORD_WORDS; at += RECORD_WORDS) writer.event(records.subarray(at, at + RECORD_WORDS))
  return writer.written()
}

interface Event {
  readonly kind: number
  readonly flags: number
  readonly extra: number
  readonly site: number
  readonly call: number
  readonly link: number
  readonly value: number
}

class TapeWriter {
  private readonly siteOf: (call: number) => number
  private words = new Int32Array(1024)
  private length = 0
  private readonly calls: number[] = []
  private readonly sites: number[] = []
  private tick = 0
  private firstCall: number | undefined
  private nextCall: number | undefined

  constructor(siteOf: (call: number) => number) {
    this.siteOf = siteOf
  }

  written(): WrittenTape {
    return { tape: new Uint8Array(this.words.buffer, 0, this.length * 4).slice(), nextCall: this.firstCall ?? 0 }
  }

  event(record: Int32Array): void {
    const [head, site, call, link, tick, value] = record as unknown as [number, number, number, number, number, number] // SAFE: RECORD_WORDS words
    this.clock(tick)
    const event = { kind: headKind(head), flags: headFlags(head), extra: headExtra(head), site, call, link, value }
    if (!this.writeShort(event)) this.push(recordWord(event.kind, event.flags, event.extra), site, call, link, value)
    const effect = effectOn(event.kind)
    if (effect === 'opens') this.open(call, site)
    else if (effect === 'closes' && this.calls.at(-1) === call) {
      this.calls.pop()
      this.sites.pop()
    }
    if (event.kind === EventKind.callEnter || event.kind === EventKind.activityStart) this.nextCall = (call + 1) | 0
  }

  private clock(tick: number): void {
    for (let late = ((tick - this.tick) | 0) >>> 0; late > 0;) {
      const part = Math.min(late, MAX_TAPE_ARGUMENT)
      this.push(tapeWord(TapeOp.clock, part))
      late -= part
    }
    this.tick = tick
  }

  /** False when the event has something that only the long form can say. */
  private writeShort(event: Event): boolean {
    const { kind, flags, extra, site, call, link, value } = event
    if (call === 0 || site < 0 || site > MAX_TAPE_ARGUMENT) return false
    const isBare = flags === 0 && value === 0
    if (kind === EventKind.callEnter) return this.writeEnter(event)
    const isPlain = link === 0 && extra === 0
    switch (kind) {
      case EventKind.callReturn:
        return isPlain && this.writeReturn(event)
      case EventKind.suspendAwait:
        return isPlain && isBare && this.needTop(call, site) && this.push(tapeWord(TapeOp.await, 0))
      case EventKind.step:
        return isPlain && isBare && this.needTop(call) && this.push(tapeWord(TapeOp.step, site))
      case EventKind.iteration:
        return extra === 0 && isBare && this.needTop(call) && this.push(tapeWord(TapeOp.iteration, site), link)
      case EventKind.branch: {
        const op = BRANCHES.get(extra)
        return op !== undefined && link === 0 && isBare && this.needTop(call) && this.push(tapeWord(op, site))
      }
      case EventKind.write: {
        const word = valueWord(flags, value - 1)
        return isPlain && (word !== 0 || isBare) && this.needTop(call) && this.push(tapeWord(TapeOp.write, site), word)
      }
      case EventKind.resumeAwait: {
        const word = valueWord(flags, value - 1)
        return isPlain && (word !== 0 || isBare) && this.push(tapeWord(TapeOp.resume, site), call, word)
      }
      default:
        return false
    }
  }

  private writeEnter({ flags, extra, site, call, link, value }: Event): boolean {
    const isNext = this.nextCall === undefined || this.nextCall === call
    const word = valueWord(flags, value - 1, extra)
    const isBare = flags === 0 && extra === 0 && value === 0
    if (!isNext || link === 0 || (word === 0 && !isBare)) return false
    this.needTop(link)
    this.firstCall ??= call
    return isBare ? this.push(tapeWord(TapeOp.enter, site)) : this.push(tapeWord(TapeOp.enterWith, site), word)
  }

  private writeReturn({ flags, site, call, value }: Event): boolean {
    const word = valueWord(flags, value - 1)
    if (word === 0 && (flags !== 0 || value !== 0)) return false
    this.needTop(call, site)
    return this.push(word === 0 ? tapeWord(TapeOp.exit, 0) : tapeWord(TapeOp.exitWith, word))
  }

  /** Says that the call is open where the reader would think of another; true for the sake of its callers. */
  private needTop(call: number, site?: number): true {
    const isTop = this.calls.at(-1) === call && (site === undefined || this.sites.at(-1) === site)
    if (!isTop) {
      const known = site ?? this.siteOf(call)
      this.push(tapeWord(TapeOp.top, known), call)
      this.open(call, known)
    }
    return true
  }

  private open(call: number, site: number): void {
    this.calls.push(call)
    this.sites.push(site)
  }

  private push(...words: readonly number[]): true {
    if (this.length + words.length > this.words.length) {
      const wider = new Int32Array(this.words.length * 2)
      wider.set(this.words)
      this.words = wider
    }
    for (const word of words) this.words[this.length++] = word
    return true
  }
}

const BRANCHES: ReadonlyMap<number, number> = /*#__PURE__*/ new Map([
  [0, TapeOp.falsy],
  [BranchBit.truthy, TapeOp.truthy],
  [BranchBit.nullish, TapeOp.nullish],
])
