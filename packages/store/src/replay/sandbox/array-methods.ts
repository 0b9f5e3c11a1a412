/** Methods of arrays that change nothing. */
import { isSame, native, primitive, truthy } from './operators.ts'
import { MadeArray, isArray, isPrimitive } from './values.ts'
import type { AnyNode } from '../parse-expression.ts'
import type { NativeFunction, Sandbox, Value } from './values.ts'

type ArrayMethod = (sandbox: Sandbox, list: Value, args: readonly Value[], at: AnyNode) => Value

const made = (sandbox: Sandbox, items: readonly Value[]): MadeArray => {
  sandbox.spend(items.length + 1)
  return new MadeArray(items)
}

/** An argument that is an index or a count. */
export function integer(sandbox: Sandbox, value: Value, at: AnyNode, fallback: number): number {
  if (value === undefined) return fallback
  const number = Math.trunc(native(sandbox, at, () => Number(primitive(sandbox, value, at))))
  return Number.isNaN(number) ? 0 : number
}

/** Calls the first argument for each element until it says stop. */
function each(
  sandbox: Sandbox,
  list: Value,
  [callee]: readonly Value[],
  at: AnyNode,
  visit: (answer: Value, item: Value, index: number) => boolean,
): void {
  const items = sandbox.elements(list, at)
  for (let i = 0; i < items.length; i++) if (visit(sandbox.call(callee, [items[i], i, list], at), items[i], i)) return
}

const found =
  (answer: (item: Value, index: number) => Value, otherwise: Value): ArrayMethod =>
  (sandbox, list, args, at) => {
    let result = otherwise
    each(sandbox, list, args, at, (test, item, index) => {
      if (!truthy(test)) return false
      result = answer(item, index)
      return true
    })
    return result
  }

const foundLast =
  (answer: (item: Value, index: number) => Value, otherwise: Value): ArrayMethod =>
  (sandbox, list, [callee], at) => {
    const items = sandbox.elements(list, at)
    for (let i = items.length - 1; i >= 0; i--) if (truthy(sandbox.call(callee, [items[i], i, list], at))) return answer(items[i], i)
    return otherwise
  }

const mapped: ArrayMethod = (sandbox, list, args, at) => {
  const results: Value[] = []
  each(sandbox, list, args, at, answer => {
    results.push(answer)
    return false
  })
  return made(sandbox, results)
}

function flattened(sandbox: Sandbox, list: Value, depth: number, at: AnyNode): Value[] {
  return sandbox.elements(list, at).flatMap(item => {
    sandbox.step()
    return depth > 0 && isArray(item) ? flattened(sandbox, item, depth - 1, at) : [item]
  })
}

function reduced(sandbox: Sandbox, list: Value, args: readonly Value[], at: AnyNode, isRight: boolean): Value {
  const items = sandbox.elements(list, at).map((item, index) => ({ item, index }))
  if (isRight) items.reverse()
  const hasInitial = args.length > 1
  if (!hasInitial && items.length === 0) return sandbox.fail(at, 'reduce of an empty array needs an initial value')
  let result = hasInitial ? args[1] : items[0]?.item
  for (const { item, index } of hasInitial ? items : items.slice(1)) result = sandbox.call(args[0], [result, item, index, list], at)
  return result
}

function sorted(sandbox: Sandbox, list: Value, [compare]: readonly Value[], at: AnyNode): Value {
  const items = [...sandbox.elements(list, at)]
  sandbox.step(items.length)
  const textOf = (item: Value): string => String(primitive(sandbox, item, at, true))
  items.sort((a, b) => {
    if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1
    if (compare !== undefined) return Number(primitive(sandbox, sandbox.call(compare, [a, b], at), at))
    const [left, right] = [textOf(a), textOf(b)]
    return left < right ? -1 : left > right ? 1 : 0
  })
  return made(sandbox, items)
}

function position(sandbox: Sandbox, list: Value, [wanted]: readonly Value[], at: AnyNode, findsNaN: boolean): number {
  const items = sandbox.elements(list, at)
  for (let i = 0; i < items.length; i++) {
    sandbox.step()
    const item = items[i]
    if (findsNaN && Number.isNaN(wanted) && Number.isNaN(item)) return i
    if (isSame(sandbox, item, wanted, at)) return i
  }
  return -1
}

const METHODS: Readonly<Record<string, ArrayMethod>> = {
  map: mapped,
  filter: (sandbox, list, args, at) => {
    const kept: Value[] = []
    each(sandbox, list, args, at, (answer, item) => {
      if (truthy(answer)) kept.push(item)
      return false
    })
    return made(sandbox, kept)
  },
  find: found(item => item, undefined),
  findIndex: found((_, index) => index, -1),
  findLast: foundLast(item => item, undefined),
  findLastIndex: foundLast((_, index) => index, -1),
  some: found(() => true, false),
  every: (sandbox, list, args, at) => {
    let holds = true
    each(sandbox, list, args, at, answer => !(holds = truthy(answer)))
    return holds
  },
  reduce: (sandbox, list, args, at) => reduced(sandbox, list, args, at, false),
  reduceRight: (sandbox, list, args, at) => reduced(sandbox, list, args, at, true),
  slice: (sandbox, list, [from, to], at) => {
    const items = sandbox.elements(list, at)
    return made(sandbox, items.slice(integer(sandbox, from, at, 0), integer(sandbox, to, at, items.length)))
  },
  at: (sandbox, list, [index], at) => sandbox.elements(list, at).at(integer(sandbox, index, at, 0)),
  includes: (sandbox, list, args, at) => position(sandbox, list, args, at, true) !== -1,
  indexOf: (sandbox, list, args, at) => position(sandbox, list, args, at, false),
  flat: (sandbox, list, [depth], at) => made(sandbox, flattened(sandbox, list, Math.min(integer(sandbox, depth, at, 1), 100), at)),
  flatMap: (sandbox, list, args, at) => made(sandbox, flattened(sandbox, mapped(sandbox, list, args, at), 1, at)),
  concat: (sandbox, list, args, at) =>
    made(
      sandbox,
      [list, ...args].flatMap(part => (isArray(part) ? sandbox.elements(part, at) : [part])),
    ),
  join: (sandbox, list, [separator], at) => {
    const between = separator === undefined ? ',' : String(primitive(sandbox, separator, at, true))
    const texts = sandbox.elements(list, at).map(item => {
      if (item === undefined || item === null) return ''
      return isPrimitive(item) ? String(item) : String(primitive(sandbox, item, at, true))
    })
    sandbox.spend(texts.reduce((sum, text) => sum + text.length + between.length, 0))
    return texts.join(between)
  },
  toReversed: (sandbox, list, _, at) => made(sandbox, sandbox.elements(list, at).toReversed()),
  toSorted: sorted,
}

export function arrayMethod(list: Value, name: string): NativeFunction | undefined {
  const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined
  return method && ((sandbox, args, at) => method(sandbox, list, args, at))
}

export const ARRAY_METHODS: readonly string[] = Object.keys(METHODS)
