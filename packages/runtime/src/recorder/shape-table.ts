/**
 * Shapes: lists of own keys that several ordinary objects of one class had. A chunk holds a shape once, as a text, and objects of it are
 * their values alone.
 *
 * A shape is a way of writing and claims nothing about an object: keys are listed and each property's kind is asked for every time, since
 * nothing that a program can do without says which of them are accessors by now (docs/decisions/0014-values.md).
 */
import { shapeText } from '@hindscope/protocol'
import { SafeMap, isStackLazy } from './intrinsics.ts'
import type { ObjectFacts } from './object-facts.ts'

export interface Shape {
  readonly facts: ObjectFacts | undefined
  readonly keys: readonly string[]
  /** By key: its name is one to mask. */
  readonly masked: readonly boolean[]
  /** '' until a second object has it: objects used as dictionaries have a list of keys each. */
  text: string
  /** The class and keys that are in the text. */
  parts: readonly string[]
  /** Index of the text in the string table of the chunk with this number. */
  index: number
  chunk: number
  /** What was written after an object of this shape: most often it is right again. */
  next: Shape | undefined
}

const MAX_SHAPES = 1024
const MAX_OF_KEY = 8
const MAX_KEYS = 64
const MAX_KEY_UNITS = 64

export class ShapeTable {
  private readonly byFirstKey = new SafeMap<string, Shape[]>()
  private readonly isRedacted: (name: string) => boolean
  private readonly maxWidth: number
  private count = 0
  private turn = 0
  private last = none()

  constructor(isRedacted: (name: string) => boolean, maxWidth: number) {
    this.isRedacted = isRedacted
    this.maxWidth = maxWidth
  }

  /** The shape of an object with these keys, at least one; undefined when it is to be written with its keys. */
  of(facts: ObjectFacts, keys: readonly string[]): Shape | undefined {
    const { next } = this.last
    const shape = next !== undefined && next.facts === facts && isEqual(next.keys, keys) ? next : this.find(facts, keys)
    if (shape === undefined) return undefined
    this.last = shape
    return shape
  }

  private find(facts: ObjectFacts, keys: readonly string[]): Shape | undefined {
    const first = keys[0]
    if (first === undefined || keys.length > MAX_KEYS) return undefined
    let list = this.byFirstKey.get(first)
    if (list === undefined) this.byFirstKey.set(first, (list = []))
    for (let i = 0; i < list.length; i++) {
      const shape = list[i] as Shape // SAFE: i is below the length
      if (shape.facts !== facts || !isEqual(shape.keys, keys)) continue
      if (shape.text === '') this.word(shape)
      this.last.next = shape
      return shape
    }
    this.learn(list, facts, keys)
    return undefined
  }

  private learn(list: Shape[], facts: ObjectFacts, keys: readonly string[]): void {
    if (this.count === MAX_SHAPES) {
      this.byFirstKey.clear()
      this.count = 0
      this.last = none()
      return
    }
    if (facts.className.length > MAX_KEY_UNITS) return
    const masked: boolean[] = []
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string // SAFE: i is below the length
      if (key.length > MAX_KEY_UNITS || (isStackLazy && key === 'stack')) return
      masked[i] = this.isRedacted(key)
    }
    const shape: Shape = { facts, keys, masked, text: '', parts: [], index: 0, chunk: -1, next: undefined }
    // The oldest place is taken again, so that shapes that came first are not the only ones.
    if (list.length < MAX_OF_KEY) {
      list[list.length] = shape
      this.count++
    } else list[this.turn++ & (MAX_OF_KEY - 1)] = shape
  }

  private word(shape: Shape): void {
    const { keys, facts } = shape
    const className = facts === undefined ? '' : facts.className
    const named: string[] = []
    for (let i = 0; i < keys.length && i < this.maxWidth; i++) named[i] = keys[i] as string // SAFE: i is below the length
    shape.text = shapeText(className, keys.length, named)
    named[named.length] = className
    shape.parts = named
  }
}

const none = (): Shape => ({ facts: undefined, keys: [], masked: [], text: '', parts: [], index: 0, chunk: -1, next: undefined })

function isEqual(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false
  return true
}
