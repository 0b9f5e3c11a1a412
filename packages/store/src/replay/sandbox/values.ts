/**
 * Values of the sandbox: JavaScript's own primitives; recorded objects, which are read and never run; and what an expression makes itself.
 * Nothing here is an object of the program, and nothing has a method of its own that an expression could reach.
 */
import type { AnyNode, ArrowFunctionExpression } from '../parse-expression.ts'
import type { KnownObject } from '../object-state.ts'

/** An object of the program as it was at the moment. `id` 0: it had no identity, so it is equal to nothing. */
export class RecordedObject {
  readonly id: number
  readonly state: KnownObject
  private byName: ReadonlyMap<string, KnownObject['parts'][number]> | undefined

  constructor(id: number, state: KnownObject) {
    this.id = id
    this.state = state
  }

  part(name: string): KnownObject['parts'][number] | undefined {
    this.byName ??= new Map(this.state.parts.flatMap(part => (part.name === undefined ? [] : [[part.name, part] as const])))
    return this.byName.get(name)
  }
}

/** A text of which only the first characters were recorded. */
export class CutText {
  readonly start: string
  readonly length: number

  constructor(start: string, length: number) {
    this.start = start
    this.length = length
  }
}

export class SymbolValue {
  readonly description: string

  constructor(description: string) {
    this.description = description
  }
}

export class DateValue {
  /** NaN: invalid. */
  readonly ms: number

  constructor(ms: number) {
    this.ms = ms
  }
}

export class RegexpValue {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export class MadeArray {
  readonly items: readonly Value[]

  constructor(items: readonly Value[]) {
    this.items = items
  }
}

export class MadeObject {
  readonly entries: ReadonlyMap<string, Value>

  constructor(entries: ReadonlyMap<string, Value>) {
    this.entries = entries
  }
}

/** Variables of arrow functions. */
export interface Scope {
  readonly names: ReadonlyMap<string, Value>
  readonly outer: Scope | undefined
}

export class Lambda {
  readonly node: ArrowFunctionExpression
  readonly scope: Scope | undefined

  constructor(node: ArrowFunctionExpression, scope: Scope | undefined) {
    this.node = node
    this.scope = scope
  }
}

/** What built-in functions may use. */
export interface Sandbox {
  /** Counts work: one step, or as many as `count`. */
  step(count?: number): void
  /** Counts memory: characters and list entries that an expression makes. */
  spend(count: number): void
  call(callee: Value, args: readonly Value[], at: AnyNode): Value
  /** Elements of an array, all of them; throws Missing when some were not recorded. */
  elements(list: Value, at: AnyNode): readonly Value[]
  /** What `...` gives. */
  iterate(list: Value, at: AnyNode): readonly Value[]
  entries(object: Value, at: AnyNode): readonly (readonly [string, Value])[]
  /** The members of a Map or Set as [key, value], of a Set the member twice. */
  pairs(collection: RecordedObject, at: AnyNode): readonly (readonly [Value, Value])[]
  missing(at: AnyNode, reason: string): never
  fail(at: AnyNode, reason: string): never
  refuse(at: AnyNode, what: string): never
  doubt(text: string): void
}

export type NativeFunction = (sandbox: Sandbox, args: readonly Value[], at: AnyNode) => Value

/** A built-in function, bound to what it was read from. */
export class Builtin {
  readonly name: string
  readonly run: NativeFunction
  readonly members: ReadonlyMap<string, Value>

  constructor(name: string, run: NativeFunction, members: ReadonlyMap<string, Value> = new Map()) {
    this.name = name
    this.run = run
    this.members = members
  }
}

export type Primitive = undefined | null | boolean | number | string | bigint
export type Value = Primitive | SymbolValue | CutText | DateValue | RegexpValue | RecordedObject | MadeArray | MadeObject | Lambda | Builtin

export const isPrimitive = (value: Value): value is Primitive => value === null || (typeof value !== 'object' && typeof value !== 'function')
export const isArray = (value: Value): value is MadeArray | RecordedObject =>
  value instanceof MadeArray || (value instanceof RecordedObject && value.state.kind === 'array')
export const isCallable = (value: Value): boolean => value instanceof Lambda || value instanceof Builtin

export function typeName(value: Value): string {
  if (value === null) return 'object'
  if (value instanceof CutText) return 'string'
  if (value instanceof SymbolValue) return 'symbol'
  if (isCallable(value) || (value instanceof RecordedObject && value.state.kind === 'function')) return 'function'
  return typeof value
}

/** The answer needs something that was not recorded. */
export class Missing {
  readonly node: AnyNode
  readonly reason: string

  constructor(node: AnyNode, reason: string) {
    this.node = node
    this.reason = reason
  }
}
