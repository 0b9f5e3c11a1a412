/** Texts of generated values, and the string table of the chunk that is being written. */
import { shapeText } from '@hindscope/protocol'
import { PROPERTY_KEYS } from './trace-generator-program.ts'

export const USER_NAMES = 4096
export const SKUS = 2048

const FIXED = [
  'Object',
  'Array',
  'Store',
  'Node',
  'RangeError',
  'TypeError',
  '',
  'pending',
  'paid',
  'shipped',
  'returned',
  'cache miss',
  'slow query',
  'retrying',
  'stock is negative',
  'cannot read the total of undefined',
  shapeText('Object', 4, ['id', 'name', 'email', 'visits']),
  shapeText('Object', 4, ['user', 'items', 'total', 'status']),
  shapeText('Object', 3, ['sku', 'price', 'count']),
  shapeText('Object', 3, ['limit', 'offset', 'deep']),
  shapeText('Object', 2, ['method', 'url']),
  shapeText('Object', 3, ['method', 'url', 'traceparent']),
  shapeText('Object', 3, ['method', 'url', 'spanId']),
  shapeText('Object', 1, ['status']),
  shapeText('Object', 2, ['delayMs', 'kind']),
  shapeText('Object', 2, ['type', 'target']),
  shapeText('Object', 2, ['label', 'value']),
  'GET',
  'POST',
  'timeout',
  'interval',
  'click',
  'submit',
  'button.buy',
  'form.checkout',
  'checkpoint',
] as const
/** A text that the generator knows by number. */
export const Text: Readonly<Record<string, number>> = Object.fromEntries(FIXED.map((text, index) => [text, index]))
export type ShapeName =
  | 'user'
  | 'order'
  | 'item'
  | 'options'
  | 'request'
  | 'tracedRequest'
  | 'clientRequest'
  | 'response'
  | 'timer'
  | 'domEvent'
  | 'mark'
export const Shape: Readonly<Record<ShapeName, number>> = {
  user: FIXED.indexOf(shapeText('Object', 4, ['id', 'name', 'email', 'visits'])),
  order: FIXED.indexOf(shapeText('Object', 4, ['user', 'items', 'total', 'status'])),
  item: FIXED.indexOf(shapeText('Object', 3, ['sku', 'price', 'count'])),
  options: FIXED.indexOf(shapeText('Object', 3, ['limit', 'offset', 'deep'])),
  request: FIXED.indexOf(shapeText('Object', 2, ['method', 'url'])),
  tracedRequest: FIXED.indexOf(shapeText('Object', 3, ['method', 'url', 'traceparent'])),
  clientRequest: FIXED.indexOf(shapeText('Object', 3, ['method', 'url', 'spanId'])),
  response: FIXED.indexOf(shapeText('Object', 1, ['status'])),
  timer: FIXED.indexOf(shapeText('Object', 2, ['delayMs', 'kind'])),
  domEvent: FIXED.indexOf(shapeText('Object', 2, ['type', 'target'])),
  mark: FIXED.indexOf(shapeText('Object', 2, ['label', 'value'])),
}
const KEYS_AT = FIXED.length
const NAMES_AT = KEYS_AT + PROPERTY_KEYS.length
const EMAILS_AT = NAMES_AT + USER_NAMES
const SKUS_AT = EMAILS_AT + USER_NAMES

const FIRST = [
  'ada',
  'grace',
  'edsger',
  'barbara',
  'tony',
  'donald',
  'frances',
  'alan',
  'katherine',
  'john',
  'margaret',
  'ken',
  'radia',
  'dennis',
  'hedy',
  'niklaus',
]
const personName = (index: number): string => `${FIRST[index % FIRST.length]} ${FIRST[(index >> 4) % FIRST.length]} ${index >> 8}`

const pool: readonly string[] = [
  ...FIXED,
  ...PROPERTY_KEYS,
  ...Array.from({ length: USER_NAMES }, (_, index) => personName(index)),
  ...Array.from({ length: USER_NAMES }, (_, index) => `${personName(index).replaceAll(' ', '.')}@example.org`),
  ...Array.from({ length: SKUS }, (_, index) => `sku-${(index * 7919).toString(36).padStart(5, '0')}`),
]

export const keyText = (index: number): number => KEYS_AT + (index % PROPERTY_KEYS.length)
export const userNameText = (user: number): number => NAMES_AT + (user % USER_NAMES)
export const emailText = (user: number): number => EMAILS_AT + (user % USER_NAMES)
export const skuText = (index: number): number => SKUS_AT + (index % SKUS)

export class ChunkStrings {
  list: string[] = []
  private readonly places: Int32Array = new Int32Array(pool.length)
  private readonly chunkOf: Int32Array = new Int32Array(pool.length)
  private chunk = 1

  /** Place in the chunk's table of a text that is known by its number. */
  known(text: number): number {
    if (this.chunkOf[text] !== this.chunk) {
      this.chunkOf[text] = this.chunk
      this.places[text] = this.list.push(pool[text] as string) - 1 // SAFE: numbers come from this file
    }
    return this.places[text] as number // SAFE: as above
  }

  /** Of a text that comes up once. */
  fresh(text: string): number {
    return this.list.push(text) - 1
  }

  clear(): void {
    this.list = []
    this.chunk++
  }
}
