/**
 * Hybrid logical clock (Kulkarni, Demirbas, Madappa, Avva, Leone: "Logical Physical Clocks", OPODIS 2014, figure 5).
 *
 *   63                                   16 15            0
 *  +---------------------------------------+---------------+
 *  | physical part: milliseconds since 1970 | counter       |
 *  +---------------------------------------+---------------+
 *
 * Guarantees: a tick or receive is greater than everything this clock saw before; if event e causally precedes f then
 * hlc(e) < hlc(f); the physical part never runs ahead of the largest wall clock seen by more than a counter overflow.
 * Bounded drift: a remote value whose physical part is more than `maxDriftMs` ahead of the local wall clock is refused, so one
 * machine with a broken clock cannot drag the others along. A counter that overflows its 16 bits carries into the milliseconds.
 */
import { HindscopeError } from './diagnostics.ts'

/** 48-bit milliseconds and 16-bit counter. Compare with `compareHlc`; on the wire two little-endian u32 words, low first. */
export interface Hlc {
  readonly ms: number
  readonly counter: number
}

export const HLC_MAX_COUNTER = 0xffff
export const HLC_MAX_MS: number = 2 ** 48 - 1
export const HLC_DEFAULT_MAX_DRIFT_MS = 60_000

export function compareHlc(a: Hlc, b: Hlc): number {
  return a.ms - b.ms || a.counter - b.counter
}

// No BigInt literals: this file ends up in bundles whose target may not know them.
const COUNTER_BITS = BigInt(16)

export function packHlc(hlc: Hlc): bigint {
  return (BigInt(hlc.ms) << COUNTER_BITS) | BigInt(hlc.counter)
}

export function unpackHlc(packed: bigint): Hlc {
  return { ms: Number(packed >> COUNTER_BITS), counter: Number(packed & BigInt(HLC_MAX_COUNTER)) }
}

/** 16 hex digits, sortable as text; the form that travels in HTTP headers. */
export function formatHlc(hlc: Hlc): string {
  return packHlc(hlc).toString(16).padStart(16, '0')
}

export function tryParseHlc(text: string): Hlc | undefined {
  return /^[0-9a-f]{16}$/.test(text) ? unpackHlc(BigInt(`0x${text}`)) : undefined
}

export class HybridLogicalClock {
  private ms = 0
  private counter = 0
  private readonly wallMs: () => number
  private readonly maxDriftMs: number

  /** `wallMs` gives milliseconds since 1970 (fractions are cut) and may run backwards. */
  constructor(wallMs: () => number, maxDriftMs: number = HLC_DEFAULT_MAX_DRIFT_MS) {
    this.wallMs = wallMs
    this.maxDriftMs = maxDriftMs
  }

  /** Local or send event. */
  tick(): Hlc {
    const wall = Math.floor(this.wallMs())
    if (wall > this.ms) this.set(wall, 0)
    else this.set(this.ms, this.counter + 1)
    return { ms: this.ms, counter: this.counter }
  }

  /** Receive event. Throws `hlc-drift` and leaves the clock unchanged when `remote` is further ahead than the drift bound. */
  receive(remote: Hlc): Hlc {
    const wall = Math.floor(this.wallMs())
    if (remote.ms - wall > this.maxDriftMs) {
      throw new HindscopeError('hlc-drift', { driftMs: String(remote.ms - wall), maxDriftMs: String(this.maxDriftMs) })
    }
    const ms = Math.max(this.ms, remote.ms, wall)
    let counter = 0
    if (ms === this.ms && ms === remote.ms) counter = Math.max(this.counter, remote.counter) + 1
    else if (ms === this.ms) counter = this.counter + 1
    else if (ms === remote.ms) counter = remote.counter + 1
    this.set(ms, counter)
    return { ms: this.ms, counter: this.counter }
  }

  /** The last value given, without ticking. */
  last(): Hlc {
    return { ms: this.ms, counter: this.counter }
  }

  private set(ms: number, counter: number): void {
    this.ms = counter > HLC_MAX_COUNTER ? ms + 1 : ms
    this.counter = counter > HLC_MAX_COUNTER ? 0 : counter
  }
}
