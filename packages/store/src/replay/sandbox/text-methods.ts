/** Methods of texts, numbers and dates that change nothing; patterns are texts, since a regular expression can take for ever. */
import { integer } from './array-methods.ts'
import { native, primitive } from './operators.ts'
import { MadeArray } from './values.ts'
import type { AnyNode } from '../parse-expression.ts'
import type { DateValue, NativeFunction, Primitive, Sandbox, Value } from './values.ts'

/** Methods whose result is no longer than the text, or a number or boolean. */
const PLAIN = [
  'at',
  'charAt',
  'charCodeAt',
  'codePointAt',
  'endsWith',
  'includes',
  'indexOf',
  'lastIndexOf',
  'slice',
  'startsWith',
  'substring',
  'toLowerCase',
  'toUpperCase',
  'trim',
  'trimEnd',
  'trimStart',
] as const
type Plain = (typeof PLAIN)[number]
const isPlain = (name: string): name is Plain => (PLAIN as readonly string[]).includes(name)

export function textMethod(text: string, name: string): NativeFunction | undefined {
  if (isPlain(name)) {
    return (sandbox, args, at) => {
      sandbox.spend(text.length)
      const method = text[name] as (this: string, ...args: readonly Primitive[]) => Primitive // SAFE: a method of texts that takes primitives
      return native(sandbox, at, () => method.apply(text, primitives(sandbox, args, at)))
    }
  }
  switch (name) {
    case 'concat':
      return (sandbox, args, at) => grown(sandbox, [text, ...primitives(sandbox, args, at).map(String)])
    case 'repeat':
      return (sandbox, [count], at) => {
        sandbox.spend(text.length * Math.max(0, integer(sandbox, count, at, 0)))
        return native(sandbox, at, () => text.repeat(integer(sandbox, count, at, 0)))
      }
    case 'padStart':
    case 'padEnd':
      return (sandbox, [length, filler], at) => {
        const wanted = integer(sandbox, length, at, 0)
        sandbox.spend(Math.max(text.length, wanted))
        return text[name](wanted, filler === undefined ? ' ' : String(primitive(sandbox, filler, at, true)))
      }
    case 'split':
      return (sandbox, [separator], at) => {
        const parts = separator === undefined ? [text] : text.split(String(primitive(sandbox, separator, at, true)))
        sandbox.spend(parts.length + text.length)
        return new MadeArray(parts)
      }
    case 'replace':
    case 'replaceAll':
      return (sandbox, args, at) => {
        const [pattern = 'undefined', replacement = 'undefined'] = primitives(sandbox, args, at).map(String)
        if (replacement.includes('$')) return sandbox.refuse(at, `A "$" in the replacement`)
        sandbox.spend(text.length + (text.split(pattern).length + 1) * replacement.length)
        return text[name](pattern, replacement)
      }
    default:
      return undefined
  }
}

function grown(sandbox: Sandbox, parts: readonly string[]): string {
  sandbox.spend(parts.reduce((sum, part) => sum + part.length, 0))
  return parts.join('')
}

const primitives = (sandbox: Sandbox, args: readonly Value[], at: AnyNode): Primitive[] => args.map(value => primitive(sandbox, value, at, true))

export function numberMethod(value: number | bigint | boolean, name: string): NativeFunction | undefined {
  if (name === 'toString' && typeof value !== 'boolean')
    return (sandbox, [radix], at) => native(sandbox, at, () => value.toString(integer(sandbox, radix, at, 10)))
  if (name === 'toString') return () => String(value)
  if (typeof value !== 'number' || (name !== 'toFixed' && name !== 'toPrecision')) return undefined
  return (sandbox, [digits], at) => native(sandbox, at, () => (digits === undefined ? value[name]() : value[name](integer(sandbox, digits, at, 0))))
}

export function dateMethod({ ms }: DateValue, name: string): NativeFunction | undefined {
  if (name === 'getTime' || name === 'valueOf') return () => ms
  if (name === 'toISOString') return (sandbox, _, at) => native(sandbox, at, () => new Date(ms).toISOString())
  return undefined
}
