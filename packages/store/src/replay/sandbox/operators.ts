/** Operators over sandbox values: JavaScript's own on primitives; objects are compared by identity and never turned into primitives. */
import type { AnyNode } from '../parse-expression.ts'
import { CutText, DateValue, RecordedObject, SymbolValue, isPrimitive, typeName } from './values.ts'
import type { Primitive, Sandbox, Value } from './values.ts'

/** Digits of a bigint get no longer than this. */
const MAX_SHIFT = 100_000

export function truthy(value: Value): boolean {
  if (value instanceof CutText) return value.length > 0
  return isPrimitive(value) ? Boolean(value) : true
}

export function unary(sandbox: Sandbox, operator: string, value: Value, at: AnyNode): Value {
  switch (operator) {
    case '!':
      return !truthy(value)
    case 'typeof':
      return typeName(value)
    case 'void':
      return undefined
    default: {
      const operand = primitive(sandbox, value, at)
      return native(sandbox, at, () => {
        if (typeof operand === 'bigint') return operator === '-' ? -operand : operator === '~' ? ~operand : Number(refusePlus(operand))
        const number = Number(operand)
        return operator === '-' ? -number : operator === '~' ? ~number : number
      })
    }
  }
}

/** `+1n` is a TypeError, as in JavaScript. */
const refusePlus = (value: bigint): number => +(value as unknown as number) // SAFE: throws the TypeError that the program would get

export function binary(sandbox: Sandbox, operator: string, left: Value, right: Value, at: AnyNode): Value {
  switch (operator) {
    case '===':
      return isSame(sandbox, left, right, at)
    case '!==':
      return !isSame(sandbox, left, right, at)
    case '==':
      return isLooselyEqual(sandbox, left, right, at)
    case '!=':
      return !isLooselyEqual(sandbox, left, right, at)
    default: {
      const isSum = operator === '+'
      const [a, b] = [primitive(sandbox, left, at, isSum), primitive(sandbox, right, at, isSum)]
      if (isSum && (typeof a === 'string' || typeof b === 'string')) {
        const text = String(a) + String(b)
        sandbox.spend(text.length)
        return text
      }
      if (typeof a === 'bigint' && typeof b === 'bigint' && (operator === '**' || operator === '<<' || operator === '>>')) {
        const digits = operator === '**' ? BigInt(a.toString(2).length) * b : b
        if (digits > MAX_SHIFT || digits < -MAX_SHIFT) sandbox.spend(Infinity)
      }
      return native(sandbox, at, () => calculate(operator, a as number, b as number)) // SAFE: the operators of JavaScript decide over any primitives
    }
  }
}

function calculate(operator: string, a: number, b: number): Primitive {
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return a / b
    case '%':
      return a % b
    case '**':
      return a ** b
    case '<':
      return a < b
    case '<=':
      return a <= b
    case '>':
      return a > b
    case '>=':
      return a >= b
    case '&':
      return a & b
    case '|':
      return a | b
    case '^':
      return a ^ b
    case '<<':
      return a << b
    case '>>':
      return a >> b
    default:
      return a >>> b
  }
}

/** Runs native code over primitives; its errors are the expression's. */
export function native<T>(sandbox: Sandbox, at: AnyNode, run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) return sandbox.fail(at, error.message)
    throw error
  }
}

/** What an operator works with. Dates count as their milliseconds, but in sums, where they would be text. */
export function primitive(sandbox: Sandbox, value: Value, at: AnyNode, isSum = false): Primitive {
  if (isPrimitive(value)) return value
  if (value instanceof DateValue && !isSum) return value.ms
  if (value instanceof CutText) return sandbox.missing(at, `only the first ${value.start.length} of ${value.length} characters were recorded`)
  if (value instanceof SymbolValue) return sandbox.fail(at, 'a symbol is neither number nor text')
  return sandbox.refuse(at, 'Turning an object into a number or text, which would run code (JSON.stringify and join do not),')
}

export function isSame(sandbox: Sandbox, left: Value, right: Value, at: AnyNode): boolean {
  if (left instanceof RecordedObject && right instanceof RecordedObject) {
    if (left.id === 0 || right.id === 0) return sandbox.missing(at, 'which object it is was not recorded')
    return left.id === right.id
  }
  if (left instanceof CutText || right instanceof CutText) return sameText(sandbox, left, right, at)
  if (left instanceof SymbolValue && right instanceof SymbolValue) return sandbox.missing(at, 'which symbol it is was not recorded')
  if (left instanceof DateValue && right instanceof DateValue)
    return sandbox.missing(at, 'which Date object it is was not recorded; compare with - or <')
  return left === right
}

/** Texts that differ in length or in what was recorded are different for certain. */
function sameText(sandbox: Sandbox, left: Value, right: Value, at: AnyNode): boolean {
  const [a, b] = [textOf(left), textOf(right)]
  if (a === undefined || b === undefined || a.length !== b.length) return false
  const known = Math.min(a.start.length, b.start.length)
  if (a.start.slice(0, known) !== b.start.slice(0, known)) return false
  return sandbox.missing(at, `only the first ${known} of ${a.length} characters were recorded`)
}

const textOf = (value: Value): CutText | undefined =>
  value instanceof CutText ? value : typeof value === 'string' ? new CutText(value, value.length) : undefined

function isLooselyEqual(sandbox: Sandbox, left: Value, right: Value, at: AnyNode): boolean {
  const isNothing = (value: Value): boolean => value === undefined || value === null
  if (isNothing(left) || isNothing(right)) return isNothing(left) && isNothing(right)
  if (!isPrimitive(left) && !isPrimitive(right)) return isSame(sandbox, left, right, at)
  const [a, b] = [primitive(sandbox, left, at, true), primitive(sandbox, right, at, true)]
  // eslint-disable-next-line eqeqeq -- the operator that was asked for
  return a == b
}
