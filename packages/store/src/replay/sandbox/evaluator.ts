/**
 * A tree-walking evaluator for one expression over recorded values. Names, members and calls reach only what the sandbox made: recorded parts,
 * literals, a closed list of pure functions. No code of the program runs, nothing is compiled, nothing can be changed.
 */
import type { SourceRange, ValueNode } from '@hindscope/protocol'
import type { AnyNode, ArrowFunctionExpression, CallExpression, Expression, MemberExpression, Pattern, SpreadElement } from '../parse-expression.ts'
import { isPrivate } from '../object-state.ts'
import { failed, placeIn, unsupported } from '../parse-expression.ts'
import { Budget } from './budget.ts'
import { GLOBAL_NAMES } from './global-names.ts'
import { hasMember, incomplete, member } from './members.ts'
import { binary, primitive, truthy, unary } from './operators.ts'
import { Builtin, Lambda, MadeArray, MadeObject, Missing, RecordedObject, isArray, isPrimitive } from './values.ts'
import type { Sandbox, Scope, Value } from './values.ts'

/** What the moment gives: names of the frame, and recorded values as values of the sandbox. */
export interface Recorded {
  /** Undefined: no such variable; GLOBAL_NAMES are looked at then. */
  variable(name: string): { readonly value: ValueNode; readonly row: number } | { readonly reason: string } | undefined
  /** What `this` was; throws like `valueOf`. */
  thisValue(missing: (reason: string) => never): Value
  /** Throws a text, the reason, where nothing can be said of the value. */
  valueOf(node: ValueNode, row: number, missing: (reason: string) => never): Value
  doubt(text: string): void
}

/** Throws Missing and the errors of expressions. */
export function evaluate(text: string, expression: Expression, recorded: Recorded): Value {
  return new Evaluator(text, recorded).value(expression, undefined)
}

/** Where a node stands in the text. */
export function rangeOf(text: string, node: AnyNode): SourceRange {
  const [start, end] = [placeIn(text, node.start), placeIn(text, node.end)]
  return [start.line, start.column, end.line, end.column]
}

class Evaluator implements Sandbox {
  private readonly text: string
  private readonly recorded: Recorded
  private readonly budget = new Budget()

  constructor(text: string, recorded: Recorded) {
    this.text = text
    this.recorded = recorded
  }

  value(node: Expression, scope: Scope | undefined): Value {
    this.budget.step(1)
    switch (node.type) {
      case 'Literal':
        return typeof node.value === 'object' && node.value !== null ? this.refuse(node, 'This literal') : (node.value as Value) // SAFE: literals without regular expressions
      case 'Identifier':
        return this.named(node.name, node, scope)
      case 'ParenthesizedExpression':
        return this.value(node.expression, scope)
      case 'ThisExpression':
        return this.recorded.thisValue(reason => this.missing(node, reason))
      case 'TemplateLiteral':
        return this.template(
          node.quasis.map(quasi => quasi.value.cooked ?? ''),
          node.expressions,
          scope,
        )
      case 'ChainExpression':
        return this.chain(node.expression, scope)
      case 'MemberExpression':
      case 'CallExpression':
        return this.chain(node, scope)
      case 'UnaryExpression':
        return unary(this, node.operator, this.value(node.argument, scope), node.argument)
      case 'BinaryExpression': {
        if (node.left.type === 'PrivateIdentifier') return this.refuse(node, 'A private name')
        const [left, right] = [this.value(node.left, scope), this.value(node.right, scope)]
        return node.operator === 'in' ? hasMember(this, right, this.keyText(left, node.left), node) : binary(this, node.operator, left, right, node)
      }
      case 'LogicalExpression': {
        const left = this.value(node.left, scope)
        const isNothing = left === undefined || left === null
        const goesOn = node.operator === '&&' ? truthy(left) : node.operator === '||' ? !truthy(left) : isNothing
        return goesOn ? this.value(node.right, scope) : left
      }
      case 'ConditionalExpression':
        return this.value(truthy(this.value(node.test, scope)) ? node.consequent : node.alternate, scope)
      case 'SequenceExpression':
        return node.expressions.map(each => this.value(each, scope)).at(-1)
      case 'ArrayExpression':
        return this.made(this.spread(node.elements, scope))
      case 'ObjectExpression':
        return this.object(node, scope)
      case 'ArrowFunctionExpression':
        return new Lambda(node, scope)
      default:
        return this.refuse(node, node.type)
    }
  }

  private named(name: string, at: AnyNode, scope: Scope | undefined): Value {
    for (let around = scope; around !== undefined; around = around.outer) if (around.names.has(name)) return around.names.get(name)
    const found = this.recorded.variable(name)
    if (found === undefined) {
      if (GLOBAL_NAMES.has(name)) return GLOBAL_NAMES.get(name)
      return this.missing(at, 'no variable of this name can be seen from the frame')
    }
    if (isReason(found)) return this.missing(at, found.reason)
    return this.recorded.valueOf(found.value, found.row, reason => this.missing(at, reason))
  }

  private template(texts: readonly string[], expressions: readonly Expression[], scope: Scope | undefined): string {
    let text = texts[0] ?? ''
    expressions.forEach((expression, i) => {
      text += String(primitive(this, this.value(expression, scope), expression, true)) + (texts[i + 1] ?? '')
    })
    this.spend(text.length)
    return text
  }

  /** Members and calls; a `?.` ends all of them with undefined. */
  private chain(node: Expression, scope: Scope | undefined): Value {
    try {
      return this.link(node, scope)
    } catch (error) {
      if (error === SHORT) return undefined
      throw error
    }
  }

  private link(node: Expression | AnyNode, scope: Scope | undefined): Value {
    if (node.type === 'MemberExpression') return this.member(node, scope)
    if (node.type === 'CallExpression') return this.callOf(node, scope)
    return this.value(node as Expression, scope) // SAFE: an object or callee is an expression; `super` is refused there
  }

  private member(node: MemberExpression, scope: Scope | undefined): Value {
    this.budget.step(1)
    const object = this.link(node.object, scope)
    if (node.optional && (object === undefined || object === null)) throw SHORT
    if (node.property.type === 'PrivateIdentifier') return this.refuse(node, 'A private name')
    const name = node.computed
      ? this.keyText(this.value(node.property, scope), node.property)
      : node.property.type === 'Identifier'
        ? node.property.name
        : ''
    return member(this, object, name, node, (_, part, at) => {
      if (part.certainty === 'stale') this.recorded.doubt(`${this.shown(at)} is as an older event showed it`)
      return this.recorded.valueOf(part.value, part.row, reason => this.missing(at, reason))
    })
  }

  private callOf(node: CallExpression, scope: Scope | undefined): Value {
    const callee = this.link(node.callee, scope)
    if (node.optional && (callee === undefined || callee === null)) throw SHORT
    return this.call(callee, this.spread(node.arguments, scope), node)
  }

  call(callee: Value, args: readonly Value[], at: AnyNode): Value {
    this.budget.step(1)
    if (callee instanceof Builtin) return callee.run(this, args, at)
    if (callee instanceof Lambda) return this.budget.nested(() => this.run(callee, args))
    if (callee instanceof RecordedObject && callee.state.kind === 'function') return this.refuse(at, 'A call of a function of the program')
    return this.fail(at, 'what is called is no function')
  }

  private run({ node, scope }: Lambda, args: readonly Value[]): Value {
    const names = new Map<string, Value>()
    const inner: Scope = { names, outer: scope }
    node.params.forEach((param, i) => {
      if (param.type === 'RestElement') this.bind(param.argument, this.made(args.slice(i)), inner, names)
      else this.bind(param, args[i], inner, names)
    })
    return this.value(bodyOf(node), inner)
  }

  private bind(pattern: Pattern, value: Value, scope: Scope, names: Map<string, Value>): void {
    switch (pattern.type) {
      case 'Identifier':
        names.set(pattern.name, value)
        return
      case 'AssignmentPattern':
        return this.bind(pattern.left, value === undefined ? this.value(pattern.right, scope) : value, scope, names)
      case 'ArrayPattern': {
        const items = this.iterate(value, pattern)
        pattern.elements.forEach((element, i) => {
          if (element?.type === 'RestElement') this.bind(element.argument, this.made(items.slice(i)), scope, names)
          else if (element) this.bind(element, items[i], scope, names)
        })
        return
      }
      case 'ObjectPattern':
        return this.bindProperties(pattern, value, scope, names)
      default:
        return this.refuse(pattern, 'This pattern')
    }
  }

  private bindProperties(pattern: Extract<Pattern, { type: 'ObjectPattern' }>, value: Value, scope: Scope, names: Map<string, Value>): void {
    const taken = new Set<string>()
    for (const property of pattern.properties) {
      if (property.type === 'RestElement') {
        const rest = this.entries(value, pattern).filter(([name]) => !taken.has(name))
        this.bind(property.argument, new MadeObject(new Map(rest)), scope, names)
        continue
      }
      const name = this.keyName(property.key as Expression, property.computed, scope) // SAFE: private names are no keys of patterns
      taken.add(name)
      const read = member(this, value, name, property, (_, part, at) =>
        this.recorded.valueOf(part.value, part.row, reason => this.missing(at, reason)),
      )
      this.bind(property.value, read, scope, names)
    }
  }

  private keyName(key: Expression, isComputed: boolean, scope: Scope | undefined): string {
    if (!isComputed && key.type === 'Identifier') return key.name
    return this.keyText(this.value(key, scope), key)
  }

  private keyText(key: Value, at: AnyNode): string {
    const value = primitive(this, key, at, true)
    return Object.is(value, -0) ? '0' : String(value)
  }

  private object(node: Extract<Expression, { type: 'ObjectExpression' }>, scope: Scope | undefined): MadeObject {
    const entries = new Map<string, Value>()
    for (const property of node.properties) {
      if (property.type === 'SpreadElement') {
        const spread = this.value(property.argument, scope)
        if (spread !== undefined && spread !== null) for (const [name, value] of this.entries(spread, property)) entries.set(name, value)
      } else entries.set(this.keyName(property.key as Expression, property.computed, scope), this.value(property.value, scope)) // SAFE: private names are no keys of literals
    }
    this.spend(entries.size + 1)
    return new MadeObject(entries)
  }

  private spread(nodes: readonly (Expression | SpreadElement | null)[], scope: Scope | undefined): Value[] {
    const items: Value[] = []
    for (const node of nodes) {
      if (node === null) items.push(undefined)
      else if (node.type === 'SpreadElement') for (const item of this.iterate(this.value(node.argument, scope), node)) items.push(item)
      else items.push(this.value(node, scope))
    }
    return items
  }

  private made(items: readonly Value[]): MadeArray {
    this.spend(items.length + 1)
    return new MadeArray(items)
  }

  step(count = 1): void {
    this.budget.step(count)
  }

  spend(count: number): void {
    this.budget.spend(count)
  }

  elements(list: Value, at: AnyNode): readonly Value[] {
    if (list instanceof MadeArray) return list.items
    if (!isArray(list) || !(list instanceof RecordedObject)) return this.fail(at, 'it is no array')
    const { whole, size = 0 } = list.state
    if (!whole) return this.missing(at, incomplete(list))
    this.step(size)
    this.spend(size)
    return Array.from({ length: size }, (_, i) => this.partOf(list, String(i), at))
  }

  private partOf(object: RecordedObject, name: string, at: AnyNode): Value {
    const part = object.part(name)
    if (part === undefined) return undefined
    if (part.certainty === 'stale') this.recorded.doubt(`${this.shown(at)} is partly as an older event showed it`)
    return this.recorded.valueOf(part.value, part.row, reason => this.missing(at, `[${JSON.stringify(name)}]: ${reason}`))
  }

  iterate(list: Value, at: AnyNode): readonly Value[] {
    if (typeof list === 'string') {
      this.spend(list.length)
      return [...list]
    }
    if (list instanceof RecordedObject && (list.state.kind === 'map' || list.state.kind === 'set')) {
      const pairs = this.pairs(list, at)
      return list.state.kind === 'set' ? pairs.map(([item]) => item) : pairs.map(pair => new MadeArray(pair))
    }
    return this.elements(list, at)
  }

  pairs(collection: RecordedObject, at: AnyNode): readonly (readonly [Value, Value])[] {
    const { parts, whole } = collection.state
    if (!whole) return this.missing(at, incomplete(collection))
    this.step(parts.length)
    this.spend(parts.length * 2)
    return parts.map(({ key, value, row }) => {
      const read = (node: ValueNode): Value => this.recorded.valueOf(node, row, reason => this.missing(at, reason))
      return [read(key ?? value), read(value)] as const
    })
  }

  entries(object: Value, at: AnyNode): readonly (readonly [string, Value])[] {
    if (object instanceof MadeObject) return [...object.entries]
    if (typeof object === 'string' || object instanceof MadeArray) return this.iterate(object, at).map((item, i) => [String(i), item] as const)
    if (object === undefined || object === null) return this.fail(at, `${String(object)} has no entries`)
    if (isPrimitive(object) || !(object instanceof RecordedObject)) return []
    const { parts, whole, kind } = object.state
    if (kind === 'map' || kind === 'set') return []
    if (!whole) return this.missing(at, incomplete(object))
    this.step(parts.length)
    // Symbols and private members are no keys.
    const isKey = ({ name = '', certainty }: (typeof parts)[number]): boolean =>
      !name.startsWith('@@') && (certainty === 'recorded' || !isPrivate(name))
    return parts.filter(isKey).map(({ name = '' }) => [name, this.partOf(object, name, at)] as const)
  }

  missing(at: AnyNode, reason: string): never {
    throw new Missing(at, reason)
  }

  fail(at: AnyNode, reason: string): never {
    throw failed(this.text, at.start, reason)
  }

  refuse(at: AnyNode, what: string): never {
    throw unsupported(this.text, at.start, what)
  }

  doubt(text: string): void {
    this.recorded.doubt(text)
  }

  private shown(at: AnyNode): string {
    return this.text.slice(at.start, Math.min(at.end, at.start + 60))
  }
}

/** Thrown by `?.` to the end of its chain. */
const SHORT: unique symbol = Symbol('short circuit')

const isReason = (value: unknown): value is { readonly reason: string } =>
  typeof value === 'object' && value !== null && !(value instanceof RecordedObject) && 'reason' in value

const bodyOf = (node: ArrowFunctionExpression): Expression => node.body as Expression // SAFE: statements are refused by parseExpression
