/**
 * Values of generated events, written as the recorder writes them: objects by shape, an unchanged object a second time as `same`. Users
 * and stores are the same objects all along, few of them most of the time; orders and their parts are new ones.
 * Every function gives the value word of what it wrote: 1 + its offset.
 */
import { ValueTag, formatTraceparent } from '@hindscope/protocol'
import type { SessionId } from '@hindscope/protocol'
import type { SeededRandom } from './trace-generator-random.ts'
import { Shape, Text, emailText, keyText, skuText, userNameText } from './trace-generator-strings.ts'
import type { RealmTape } from './trace-generator-tape.ts'

/** User ids are below. */
export const USERS = 50_000
/** Object ids: stores are 1 to STORES, users follow, then come new objects. */
export const STORES = 4096
const FIRST_USER_OBJECT = STORES + 1
const FIRST_NEW_OBJECT = FIRST_USER_OBJECT + USERS
const STATES = ['pending', 'paid', 'shipped', 'returned']
const CONSOLE_TEXTS = ['cache miss', 'slow query', 'retrying']
const METHODS = ['GET', 'POST']

const numberOf = (text: string): number => Text[text] ?? 0

export class ValueMaker {
  private readonly tape: RealmTape
  private readonly random: SeededRandom
  private nextObject = FIRST_NEW_OBJECT
  private readonly userAt: Int32Array = new Int32Array(USERS)
  private readonly userIn: Int32Array = new Int32Array(USERS).fill(-1)

  constructor(tape: RealmTape, random: SeededRandom) {
    this.tape = tape
    this.random = random
  }

  /** Arguments of a function with parameters of this shape (trace-generator-program.ts). */
  args(shape: number, user: number): number {
    const word = this.tape.values.length + 1
    switch (shape) {
      case 1:
      case 8:
        this.int(this.random.below(100_000))
        break
      case 2:
        this.user(user)
        break
      case 3:
        this.order(user)
        break
      case 4:
      case 9:
        this.text(userNameText(user))
        this.options()
        break
      case 5:
        this.items()
        break
      case 6:
        this.user(user)
        this.order(user)
        break
      default:
        this.int(this.random.below(50))
        this.price()
    }
    return word
  }

  result(user: number): number {
    const word = this.tape.values.length + 1
    const draw = this.random.below(16)
    if (draw < 6) this.int(this.random.below(1000))
    else if (draw < 9) this.tape.values.byte(draw === 6 ? ValueTag.false : ValueTag.true)
    else if (draw < 11) this.text(numberOf(STATES[draw & 3] ?? ''))
    else if (draw < 13) this.user(user)
    else if (draw < 14) this.order(user)
    else this.tape.values.byte(draw === 14 ? ValueTag.null : ValueTag.undefined)
    return word
  }

  /** What is written to a variable. */
  written(): number {
    const word = this.tape.values.length + 1
    const draw = this.random.below(16)
    if (draw < 11) this.int(this.random.below(10_000))
    else if (draw < 13) this.price()
    else if (draw < 15) this.text(numberOf(STATES[draw & 3] ?? ''))
    else this.options()
    return word
  }

  /** Object, key and value of a property write. */
  property(object: number, key: number): number {
    const { values, strings } = this.tape
    const word = values.length + 1
    values.tagged(ValueTag.opaque, object)
    values.varint(strings.known(numberOf(object % 3 === 0 ? 'Node' : 'Store')))
    this.text(keyText(key))
    this.written()
    return word
  }

  console(): number {
    const { values } = this.tape
    const word = values.length + 1
    values.tagged(ValueTag.array, 0)
    values.varint(2)
    values.varint(2)
    this.text(numberOf(CONSOLE_TEXTS[this.random.below(3)] ?? ''))
    this.int(this.random.below(5000))
    return word
  }

  error(): number {
    const { values, strings } = this.tape
    const isRange = this.random.oneIn(2)
    const word = values.length + 1
    values.tagged(ValueTag.error, this.nextObject++)
    values.varint(strings.known(numberOf(isRange ? 'RangeError' : 'TypeError')))
    values.varint(strings.known(numberOf(isRange ? 'stock is negative' : 'cannot read the total of undefined')))
    values.varint(strings.known(numberOf('')))
    values.varint(0)
    return word
  }

  /** Fields of an incoming request; `traceparent` when another realm sent it. */
  request(url: string, traceparent: string | undefined): number {
    const { strings } = this.tape
    const word = this.shaped(traceparent === undefined ? Shape.request : Shape.tracedRequest, 0, traceparent === undefined ? 2 : 3)
    this.text(numberOf(METHODS[this.random.below(2)] ?? ''))
    this.string(strings.fresh(url))
    if (traceparent !== undefined) this.string(strings.fresh(traceparent))
    return word
  }

  clientRequest(url: string, call: number): number {
    const { strings } = this.tape
    const word = this.shaped(Shape.clientRequest, 0, 3)
    this.text(numberOf(METHODS[this.random.below(2)] ?? ''))
    this.string(strings.fresh(url))
    this.string(strings.fresh(call.toString(16).padStart(16, '0')))
    return word
  }

  response(status: number): number {
    const word = this.shaped(Shape.response, 0, 1)
    this.int(status)
    return word
  }

  timer(delayMs: number): number {
    const word = this.shaped(Shape.timer, 0, 2)
    this.int(delayMs)
    this.text(numberOf('timeout'))
    return word
  }

  domEvent(): number {
    const word = this.shaped(Shape.domEvent, 0, 2)
    const isClick = this.random.oneIn(2)
    this.text(numberOf(isClick ? 'click' : 'submit'))
    this.text(numberOf(isClick ? 'button.buy' : 'form.checkout'))
    return word
  }

  mark(): number {
    const word = this.shaped(Shape.mark, 0, 2)
    this.text(numberOf('checkpoint'))
    this.int(this.random.below(100))
    return word
  }

  /** The header by which another realm finds `call` of this one. */
  traceparent(session: SessionId, call: number): string {
    return formatTraceparent(session, this.tape.realm, call, this.tape.realm, call)
  }

  private user(user: number): void {
    const { values, number } = this.tape
    const at = values.length
    const object = FIRST_USER_OBJECT + user
    if (this.userIn[user] === number && !this.random.oneIn(4)) {
      values.tagged(ValueTag.same, object)
      values.varint(this.userAt[user] as number) // SAFE: user < USERS
      return
    }
    this.userIn[user] = number
    this.userAt[user] = at
    this.shaped(Shape.user, object, 4)
    this.int(user)
    this.text(userNameText(user))
    this.text(emailText(user))
    this.int(this.random.below(100))
  }

  private order(user: number): void {
    this.shaped(Shape.order, this.nextObject++, 4)
    this.user(user)
    this.items()
    this.price()
    this.text(numberOf(STATES[this.random.below(4)] ?? ''))
  }

  private items(): void {
    const { values } = this.tape
    const count = this.random.between(1, 3)
    values.tagged(ValueTag.array, this.nextObject++)
    values.varint(count)
    values.varint(count)
    for (let i = 0; i < count; i++) {
      this.shaped(Shape.item, this.nextObject++, 3)
      this.text(skuText(this.random.below(2048)))
      this.price()
      this.int(this.random.between(1, 9))
    }
  }

  private options(): void {
    this.shaped(Shape.options, this.nextObject++, 3)
    this.int(this.random.between(1, 100))
    this.int(0)
    this.tape.values.byte(ValueTag.true)
  }

  private shaped(shape: number, object: number, count: number): number {
    const { values, strings } = this.tape
    const word = values.length + 1
    values.tagged(ValueTag.shaped, object)
    values.varint(strings.known(shape))
    values.varint(count)
    return word
  }

  private text(text: number): void {
    this.tape.values.tagged(ValueTag.string, this.tape.strings.known(text))
  }

  private string(place: number): void {
    this.tape.values.tagged(ValueTag.string, place)
  }

  /** Whole numbers from 0. */
  private int(value: number): void {
    this.tape.values.tagged(ValueTag.int, value * 2)
  }

  private price(): void {
    const { values } = this.tape
    values.byte(ValueTag.double)
    values.float64(this.random.between(1, 99_999) / 100)
  }
}
