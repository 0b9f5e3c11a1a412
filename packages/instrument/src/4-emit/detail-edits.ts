/**
 * Edits of level `statements`. Calls stand around expressions or between statements; a statement that stands alone gets a block. Nothing
 * is read but variables that are initialised for certain, and each operand is evaluated once, in its place.
 */
import { skipTrivia } from '../1-parse/trivia.ts'
import type { AnyNode } from '../1-parse/parser.ts'
import type { DetailPoint, PlannedDetail, PlannedFunction, PlannedLocals, PlannedName } from '../types.ts'
import { callee, insert } from './edit-context.ts'
import type { EditContext } from './edit-context.ts'
import { literal } from './names.ts'

type Detail<Kind extends DetailPoint['kind']> = Extract<DetailPoint, { kind: Kind }>

export function editDetail(context: EditContext, { index, point, names }: PlannedDetail): void {
  const { hook: h, frame: f } = context.names
  switch (point.kind) {
    case 'step':
      return editStep(context, index, point)
    case 'case':
      return insert(context, caseColon(context.code, point.node) + 1, point.open, guarded(context, `${h}.p(${f},${probe(context, index)})`))
    case 'branch':
      return around(context, point, `${callee(context, 'c', point.node)}(${f},${probe(context, index)},`, ')')
    case 'expression':
      return around(context, point, `${callee(context, 'q', point.node)}(${f},${probe(context, index)},`, ')')
    case 'iteration':
      return editIteration(context, index, point, names)
    case 'write':
      return editWrite(context, index, point, names)
    case 'property-write':
      return editPropertyWrite(context, index, point)
  }
}

const probe = ({ names }: EditContext, index: number): string => `${names.base}+${index}`
const guarded = ({ names }: EditContext, call: string): string => `${names.frame}&&${call};`
const valueOf = ({ names }: EditContext, { name, redacted }: PlannedName): string => (redacted ? `${names.hook}.z` : name)

/** A call whose last arguments may follow the expression. */
function around(context: EditContext, { node, open, close }: { node: AnyNode; open: number; close: number }, before: string, after: string): void {
  const isSequence = node.type === 'SequenceExpression'
  insert(context, node.start, open, isSequence ? `${before}(` : before)
  insert(context, node.end, close, isSequence ? `)${after}` : after)
}

function editStep(context: EditContext, index: number, { node, braces, counter, open, close }: Detail<'step'>): void {
  const { hook: h, frame: f, prefix } = context.names
  const reset = counter === undefined ? '' : `${prefix}I${counter}=0;`
  insert(context, node.start, open, `${braces ? '{' : ''}${reset}${guarded(context, `${h}.p(${f},${probe(context, index)})`)}`)
  if (braces) insert(context, node.end, close, '}')
}

function caseColon(code: string, node: Detail<'case'>['node']): number {
  return skipTrivia(code, node.test?.end ?? node.start + 'default'.length)
}

function editIteration(
  context: EditContext,
  index: number,
  { node, counter, open, close }: Detail<'iteration'>,
  names: readonly PlannedName[],
): void {
  const { hook: h, frame: f, prefix } = context.names
  const heads = names.map((name, at) => guarded(context, `${h}.s(${f},${probe(context, index + 1 + at)},${valueOf(context, name)})`))
  const text = guarded(context, `${h}.j(${f},${probe(context, index)},${prefix}I${counter}++)`) + heads.join('')
  if (node.type === 'BlockStatement') return insert(context, node.start + 1, open, text)
  insert(context, node.start, open, `{${text}`)
  insert(context, node.end, close, '}')
}

function editWrite(context: EditContext, index: number, point: Detail<'write'>, names: readonly PlannedName[]): void {
  const { hook: h, frame: f } = context.names
  if (point.form === 'around') {
    // Without further arguments the value of the expression is what was written.
    const isPlain = !point.reads && names.every(({ redacted }) => !redacted)
    const written = isPlain ? '' : names.map(name => `,${valueOf(context, name)}`).join('')
    return around(context, point, `${callee(context, 'u', point.node)}(${f},${probe(context, index)},`, `${written})`)
  }
  const calls = names.map((name, at) => guarded(context, `${h}.s(${f},${probe(context, index + at)},${valueOf(context, name)})`)).join('')
  if (point.form === 'after') insert(context, point.node.end, point.close, `;${calls}`)
  else insert(context, point.node.start + 1, point.open, calls)
}

function editPropertyWrite(context: EditContext, index: number, point: Detail<'property-write'>): void {
  const { frame: f, prefix } = context.names
  const operands = point.targets.map(({ object, property, captures }) => {
    if (captures.object) around(context, captures.object, `(${prefix}${captures.object.variable}=`, ')')
    if (captures.key) around(context, captures.key, `${prefix}${captures.key.variable}=`, '')
    const which = object ?? (captures.object ? prefix + captures.object.variable : 'void 0')
    const name = property !== undefined ? literal(property) : captures.key ? prefix + captures.key.variable : 'void 0'
    return `,${which},${name}`
  })
  if (point.isBehind)
    return insert(
      context,
      point.node.end,
      point.close,
      `;${guarded(context, `${context.names.hook}.h(${f},${probe(context, index)},0${operands.join('')})`)}`,
    )
  around(context, point, `${callee(context, point.isPattern ? 'h' : 'f', point.node)}(${f},${probe(context, index)},`, `${operands.join('')})`)
}

/** Text before and behind the value of a `return` or `throw`; empty where no locals are told. */
export type Around = readonly [before: string, after: string]

export function localsAround(context: EditContext, locals: PlannedLocals | undefined, value?: AnyNode): Around {
  if (locals === undefined) return ['', '']
  return [
    `${callee(context, 'o', value)}(${context.names.frame},${probe(context, locals.index)},`,
    `${locals.names.map(name => `,${valueOf(context, name)}`).join('')})`,
  ]
}

/** Declarations of iteration counters and captured operands. */
export function ownVariables({ names }: EditContext, { details }: PlannedFunction): string {
  const variables = new Set<string>()
  for (const { point } of details) {
    if (point.kind === 'iteration') variables.add(`I${point.counter}`)
    if (point.kind === 'step' && point.counter !== undefined) variables.add(`I${point.counter}`)
    if (point.kind !== 'property-write') continue
    for (const { captures } of point.targets) for (const capture of [captures.object, captures.key]) if (capture) variables.add(capture.variable)
  }
  return [...variables].map(variable => `,${names.prefix}${variable}`).join('')
}
