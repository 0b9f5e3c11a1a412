/**
 * Functions whose text runs in another realm: a page (`page.evaluate(f)`), a worker made from a Blob, a database (`$where`), another
 * JavaScript runtime (worklets). There is no hook in scope there, so a probe in the text would throw. A recorder takes probes out of the
 * text that `Function.prototype.toString` gives, but code may run without one, and printers drop the delimiters that it goes by.
 *
 * Found are functions written where only their text can be meant, and functions of the module that are named there.
 */
import { unparenthesized } from '../1-parse/parser.ts'
import type { AnyNode, AssignmentProperty, CallExpression, NewExpression, Property, TemplateLiteral, BinaryExpression } from '../1-parse/parser.ts'
import type { FunctionSite } from '../types.ts'
import { resolve, variableScope } from './scope.ts'
import type { Scope } from './scope.ts'
import type { WalkState } from './state.ts'

/** Methods of page objects and databases, and which of their arguments are sent as text. */
const METHOD_SINKS: ReadonlyMap<string, readonly number[]> = new Map<string, readonly number[]>([
  ...['evaluate', 'evaluateHandle', 'evaluateOnNewDocument', 'evaluateAll', 'addInitScript', 'waitForFunction'].map((name): [string, number[]] => [
    name,
    [0],
  ]),
  ...['executeScript', 'executeAsyncScript', '$where'].map((name): [string, number[]] => [name, [0]]),
  ['$eval', [1]],
  ['$$eval', [1]],
  ['mapReduce', [0, 1]],
])
const REMOTE_OBJECT = /(?:page|frame|tab|worker|locator|handle|element|browser|driver)\w*(?:\(\))?$/i

/** Functions whose callbacks Reanimated moves to another runtime, with the directive or without. */
const WORKLET_SINKS: ReadonlySet<string> = new Set(
  'runOnUI runOnUISync runOnRuntime useAnimatedStyle useAnimatedProps useAnimatedReaction useAnimatedScrollHandler useAnimatedGestureHandler useDerivedValue useFrameCallback useWorkletCallback'.split(
    ' ',
  ),
)
/** What is constructed from text. */
const TEXT_SINKS: ReadonlySet<string> = new Set(['Blob', 'File', 'Function'])
/** Keys of queries whose functions a database runs, the second kind one level down. */
const QUERY_KEYS: ReadonlySet<string> = new Set(['$where', '$function', '$accumulator'])

export function noteShippedCall(state: WalkState, node: CallExpression | NewExpression): void {
  const { callee } = node
  if (callee.type === 'Identifier') {
    if (TEXT_SINKS.has(callee.name)) for (const part of node.arguments) shipText(state, part, callee.name)
    else if (callee.name === 'String' && node.arguments[0]) shipFunction(state, node.arguments[0], 'String')
    else if (WORKLET_SINKS.has(callee.name)) for (const part of node.arguments) ship(state, part, callee.name)
  } else if (callee.type === 'MemberExpression' && !callee.computed && callee.property.type === 'Identifier') {
    const { name } = callee.property
    if (name === 'toString') return shipFunction(state, callee.object, 'toString')
    const sink = METHOD_SINKS.get(name)
    if (sink === undefined) return
    const receiver = state.code.slice(Math.max(callee.object.start, callee.object.end - MAX_RECEIVER), callee.object.end)
    for (const index of sink) {
      const argument = node.arguments[index]
      if (argument) ship(state, argument, name, REMOTE_OBJECT.test(receiver))
    }
    if (name === 'executeScript') shipProperties(state, node.arguments[0], name)
  }
}
const MAX_RECEIVER = 60

/** `{ $where: function () {…} }`, `{ $function: { body: function () {…} } }`. */
export function noteShippedProperty(state: WalkState, { key, computed, value }: Property | AssignmentProperty): void {
  const name = computed ? undefined : key.type === 'Identifier' ? key.name : key.type === 'Literal' ? key.value : undefined
  if (typeof name !== 'string' || !QUERY_KEYS.has(name)) return
  if (name === '$where') ship(state, value, name)
  else shipProperties(state, value, name)
}

/** `(${f})()`: a function between parentheses in a text. What a tag does with a function is its own affair. */
export function noteShippedTemplate(state: WalkState, { expressions, quasis }: TemplateLiteral, parent: AnyNode | undefined): void {
  if (parent?.type === 'TaggedTemplateExpression') return
  expressions.forEach((expression, index) => {
    const isCall = /\(\s*$/.test(quasis[index]?.value.raw ?? '') && /^\s*\)/.test(quasis[index + 1]?.value.raw ?? '')
    if (isCall) shipText(state, expression, 'text')
    else shipFunction(state, expression, 'text')
  })
}

/** `'(' + f + ')()'`. */
export function noteShippedSum(state: WalkState, { operator, left, right }: BinaryExpression): void {
  if (operator !== '+') return
  if (left.type === 'Literal' && typeof left.value === 'string' && /\(\s*$/.test(left.value)) shipText(state, right, 'text')
  else shipFunction(state, right, 'text')
  shipFunction(state, left, 'text')
}

/** An expression whose text is taken as it is. */
function shipText(state: WalkState, part: AnyNode, sink: string): void {
  const node = unparenthesized(part)
  if (node.type === 'ArrayExpression') for (const element of node.elements) if (element) shipText(state, element, sink)
  if (node.type === 'BinaryExpression' && node.operator === '+') for (const side of [node.left, node.right]) shipText(state, side, sink)
  if (node.type === 'TemplateLiteral') for (const expression of node.expressions) shipText(state, expression, sink)
  const taken = node.type === 'CallExpression' ? textTaken(node) : node
  if (taken) ship(state, taken, sink)
}

/** What `f.toString()` and `String(f)` take the text of. */
function textTaken({ callee, arguments: [first] }: CallExpression): AnyNode | undefined {
  if (callee.type === 'Identifier') return callee.name === 'String' ? first : undefined
  return callee.type === 'MemberExpression' && callee.property.type === 'Identifier' && callee.property.name === 'toString'
    ? callee.object
    : undefined
}

function shipProperties(state: WalkState, value: AnyNode | undefined, sink: string): void {
  if (value?.type !== 'ObjectExpression') return
  for (const property of value.properties) if (property.type === 'Property') ship(state, property.value, sink)
}

/** Functions written there; names and anything else may be what they like. */
function shipFunction(state: WalkState, part: AnyNode, sink: string): void {
  if (isFunction(unparenthesized(part))) ship(state, part, sink)
}

function ship(state: WalkState, part: AnyNode, sink: string, certain = false): void {
  const node = unparenthesized(part)
  // What is outside has more to say than what is inside: a Blob of a text of a function.
  if (isFunction(node)) state.shipped.set(node, state.shipped.get(node) ?? sink)
  else if (node.type === 'Identifier') state.shippedNames.push({ name: node.name, scope: state.scope, sink, offset: node.start, certain })
}

const isFunction = (node: AnyNode): boolean => node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression'

/** Called when the walk is over and all bindings are known. */
export function leaveOutShippedNames(state: WalkState): void {
  for (const { name, scope, sink, offset, certain } of state.shippedNames) {
    const found = resolve(scope, name)
    if (!found) continue
    if (found.names?.get(name) === 'import') {
      if (certain) state.findings.push({ code: 'instrument-shipped-import', severity: 'warning', params: { name, sink }, offset })
      continue
    }
    for (const site of state.sites) {
      if (site.name === name && !site.skip && isBoundIn(site, found)) leaveOut(state, site, sink)
    }
  }
}

function isBoundIn({ scope: { parent }, kind }: FunctionSite, scope: Scope): boolean {
  return (kind === 'function' || kind === 'arrow') && parent !== undefined && (parent === scope || variableScope(parent) === scope)
}

function leaveOut(state: WalkState, shipped: FunctionSite, sink: string): void {
  state.findings.push({ code: 'instrument-shipped-text', severity: 'info', params: { name: shipped.name, sink }, offset: shipped.node.start })
  for (const site of state.sites) {
    let at: FunctionSite | undefined = site
    while (at && at !== shipped) at = at.parent
    if (at) site.skip ??= 'hazard'
  }
}
