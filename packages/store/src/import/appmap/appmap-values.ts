/**
 * Values of an AppMap. The format has no values but how an object looks, as text of at most some hundred characters, with its class and its
 * identity. Numbers, booleans, strings, null and undefined become what they were where class and text agree; everything else is an object
 * of that class with the field `value`, the text.
 */
import { isObject, listOf, numberOf, textOf } from '../json-fields.ts'
import type { JsonObject } from '../json-fields.ts'
import { MAX_STRING_LENGTH, plain } from '../plain-value.ts'
import type { PlainValue } from '../plain-value.ts'
import type { Tally } from '../tally.ts'

const NUMBER_CLASS = /^(java\.lang\.|builtins\.)?(number|integer|fixnum|bignum|float|double|long|short|byte|int)$/i
const BOOLEAN_CLASS = /^(java\.lang\.|builtins\.)?(boolean|bool|trueclass|falseclass)$/i
const STRING_CLASS = /^(java\.lang\.|builtins\.)?(string|str)$/i
const NULL_CLASS = /^(null|nil|nilclass|nonetype|builtins\.nonetype)$/i
const NUMBER = /^(-?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?|-?Infinity|NaN)$/

export class AppMapValues {
  private readonly tally: Tally
  private readonly isJavaScript: boolean
  /** Identities are any numbers, and ours are small: the n-th object that is seen is object n, in every thread. */
  private readonly objects = new Map<unknown, number>()

  /** `isJavaScript`: texts of strings are as node:util inspects them, in quotes. */
  constructor(tally: Tally, isJavaScript: boolean) {
    this.tally = tally
    this.isJavaScript = isJavaScript
  }

  /** A parameter object: a parameter, a receiver, a return value. */
  of(parameter: unknown): PlainValue {
    if (!isObject(parameter)) return plain(parameter)
    for (const schema of ['properties', 'items']) if (schema in parameter) this.tally.ignore(`schema of a value (${schema})`)
    const className = textOf(parameter['class']) ?? ''
    const value = parameter['value']
    const text = textOf(value)
    if (value === null || NULL_CLASS.test(className)) return { kind: 'null' }
    if (text === undefined) return value === undefined && className === '' ? { kind: 'undefined' } : this.object(className, parameter)
    if (text === 'undefined' && /^(undefined)?$/i.test(className)) return { kind: 'undefined' }
    if (NUMBER_CLASS.test(className) && NUMBER.test(text)) return plain(Number(text))
    if (BOOLEAN_CLASS.test(className) && /^(true|false)$/i.test(text)) return { kind: 'boolean', value: text.toLowerCase() === 'true' }
    if (STRING_CLASS.test(className)) return plain(this.isJavaScript ? unquoted(text) : text)
    return this.object(className, parameter)
  }

  /** The exceptions of a return: the first one, the others as its `cause`s. */
  error(exceptions: readonly unknown[]): PlainValue {
    let cause: PlainValue | undefined
    for (const exception of exceptions.toReversed().slice(-MAX_CAUSES)) cause = this.exception(exception, cause)
    return cause ?? { kind: 'undefined' }
  }

  private exception(exception: unknown, cause: PlainValue | undefined): PlainValue {
    const { class: className, message, object_id: id, path, lineno } = isObject(exception) ? exception : ({} as JsonObject) // SAFE: no field is there
    const entries: (readonly [string, PlainValue])[] = []
    for (const [key, value] of [['path', path] as const, ['lineno', lineno] as const]) if (value !== undefined) entries.push([key, plain(value)])
    if (cause !== undefined) entries.push(['cause', cause])
    return {
      kind: 'error',
      id: this.identity(id),
      className: shortened(textOf(className) || 'Error'),
      message: shortened(textOf(message) ?? ''),
      stack: '',
      entries,
    }
  }

  private object(className: string, parameter: JsonObject): PlainValue {
    const size = numberOf(parameter['size'])
    const entries: (readonly [string, PlainValue])[] = [['value', plain(parameter['value'])]]
    if (size !== undefined) entries.push(['size', plain(size)])
    return { kind: 'object', id: this.identity(parameter['object_id']), className: shortened(className), size: entries.length, entries }
  }

  private identity(id: unknown): number {
    if (id === undefined || id === null) return 0
    let known = this.objects.get(id)
    if (known === undefined) this.objects.set(id, (known = this.objects.size + 1))
    return known
  }
}

const MAX_CAUSES = 8

const shortened = (text: string): string => text.slice(0, MAX_STRING_LENGTH)

/** `'it''s'`, as node:util prints a string; as it is when the end was cut. */
function unquoted(text: string): string {
  const quote = text[0]
  if (text.length < 2 || (quote !== "'" && quote !== '"' && quote !== '`') || !text.endsWith(quote)) return text
  return text.slice(1, -1).replaceAll(/\\(n|t|r|\\|'|"|`)/g, (_, char: string) => ESCAPES[char] ?? char)
}
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }

/** A list of parameter objects by name: the `message` of a request. */
export function namedParameters(list: unknown, values: AppMapValues): readonly (readonly [string, PlainValue])[] {
  // Until 1.1 it was an object by name.
  if (isObject(list)) return Object.entries(list).map(([name, value]) => [name, values.of(value)] as const)
  return listOf(list).map((each, i) => [(isObject(each) ? textOf(each['name']) : undefined) ?? String(i), values.of(each)] as const)
}
