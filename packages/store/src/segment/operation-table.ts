/** The distinct operations of a block, numbered by how often they come, so that the common ones take one byte. */
import { ByteWriter } from '@hindscope/protocol'
import { blockMalformed } from './block-layout.ts'
import { MODES, RECORD_MODE } from './operations.ts'
import { Varints } from './varints.ts'

const START_SLOTS = 2048

export class OperationTable {
  private count = 0
  private modes = new Uint8Array(1024)
  private words = new Int32Array(1024)
  private sites = new Int32Array(1024)
  private uses = new Uint32Array(1024)
  /** Open addressing: 1 + number in order of appearance, 0 where free. */
  private slots = new Int32Array(START_SLOTS)
  /** Every operation by its number in order of appearance. */
  private sequence = new Int32Array(65_536)
  private length = 0

  add(mode: number, word: number, site: number): void {
    const mask = this.slots.length - 1
    let slot = hashOf(mode, word, site) & mask
    for (;;) {
      const number = (this.slots[slot] as number) - 1 // SAFE: masked
      if (number === -1) break
      if (this.words[number] === word && this.sites[number] === site && this.modes[number] === mode) return this.put(number)
      slot = (slot + 1) & mask
    }
    const number = this.count++
    if (this.count > this.modes.length) this.grow()
    this.modes[number] = mode
    this.words[number] = word
    this.sites[number] = site
    this.slots[slot] = number + 1
    if (this.count * 2 > this.slots.length) this.rehash()
    this.put(number)
  }

  /** Table and sequence as streams. */
  streams(): { readonly table: Uint8Array; readonly operations: Uint8Array } {
    const order = Array.from({ length: this.count }, (_, number) => number)
    order.sort((a, b) => (this.uses[b] as number) - (this.uses[a] as number) || a - b) // SAFE: below count
    const ranks = new Int32Array(this.count)
    const table = new ByteWriter(this.count * 8 + 16)
    table.varint(this.count)
    order.forEach((number, rank) => {
      ranks[number] = rank
      const mode = this.modes[number] as number // SAFE: below count
      table.byte(mode)
      table.varint((this.words[number] as number) >>> 0) // SAFE: as above
      if (mode >= RECORD_MODE) table.varint((this.sites[number] as number) >>> 0) // SAFE: as above
    })
    const operations = new ByteWriter(this.length * 2 + 16)
    for (let i = 0; i < this.length; i++) operations.varint(ranks[this.sequence[i] as number] as number) // SAFE: below length
    return { table: table.written(), operations: operations.written() }
  }

  private put(number: number): void {
    if (this.length === this.sequence.length) {
      const larger = new Int32Array(this.length * 2)
      larger.set(this.sequence)
      this.sequence = larger
    }
    this.sequence[this.length++] = number
    this.uses[number] = (this.uses[number] as number) + 1 // SAFE: number < count
  }

  private grow(): void {
    const size = this.modes.length * 2
    const [modes, words, sites, uses] = [new Uint8Array(size), new Int32Array(size), new Int32Array(size), new Uint32Array(size)]
    modes.set(this.modes)
    words.set(this.words)
    sites.set(this.sites)
    uses.set(this.uses)
    this.modes = modes
    this.words = words
    this.sites = sites
    this.uses = uses
  }

  private rehash(): void {
    const slots = new Int32Array(this.slots.length * 4)
    const mask = slots.length - 1
    for (let number = 0; number < this.count; number++) {
      // SAFE: number < count
      let slot = hashOf(this.modes[number] as number, this.words[number] as number, this.sites[number] as number) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = number + 1
    }
    this.slots = slots
  }
}

function hashOf(mode: number, word: number, site: number): number {
  const hash = Math.imul(word ^ (mode << 24), 0x9e3779b1) ^ Math.imul(site, 0x85ebca6b)
  return hash ^ (hash >>> 15)
}

/** The table as a reader has it: three columns by number. */
export interface OperationColumns {
  readonly modes: Uint8Array
  readonly words: Int32Array
  readonly sites: Int32Array
}

/** Throws `block-malformed`. */
export function readOperationTable(stream: Uint8Array): OperationColumns {
  const reader = new Varints(stream)
  const count = stream.length === 0 ? 0 : reader.next()
  // An entry takes two bytes at least.
  if (count > stream.length / 2) throw blockMalformed(reader.at, 'the table of operations is too short')
  const modes = new Uint8Array(count)
  const words = new Int32Array(count)
  const sites = new Int32Array(count)
  for (let number = 0; number < count; number++) {
    const mode = reader.next()
    if (mode >= MODES) throw blockMalformed(reader.at, `unknown operation ${mode}`)
    modes[number] = mode
    words[number] = reader.next()
    if (mode >= RECORD_MODE) sites[number] = reader.next()
  }
  return { modes, words, sites }
}
