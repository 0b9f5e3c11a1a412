/**
 * Which text goes where. One function per kind of place; each says why the text is safe there.
 *
 * Rules for all of them: text is only inserted, it holds no line break, it never starts with a character that could continue the
 * statement before it (`(`, `[`, `/`, `+`, `-`, a template), and text that closes something stands directly behind the last token of
 * what it closes, before any comment. Where a statement ended by automatic semicolon insertion behind a wrapped expression, a
 * semicolon is added, because `f(x)` would go on over a line break where `yield`, `x++` or an arrow function does not.
 */
import { LIBRARIES } from '@hindscope/protocol'
import { afterArrow, skipTrivia } from '../1-parse/trivia.ts'
import { unparenthesized } from '../1-parse/parser.ts'
import type { AnyNode, CatchClause, Program } from '../1-parse/parser.ts'
import { leavesBefore } from '../2-analyze/sites.ts'
import type { ResumeShape } from '../2-analyze/printed.ts'
import type { FunctionSite, LibraryImport, LibraryUse, ModuleTry, PlannedFunction, Point } from '../types.ts'
import { editDetail, localsAround, ownVariables } from './detail-edits.ts'
import type { Around } from './detail-edits.ts'
import { callee, holdsFunction, insert } from './edit-context.ts'
import { literal } from './names.ts'
import type { EditContext } from './edit-context.ts'

const semicolonAfter = (code: string, end: number): string => (code[end - 1] === ';' ? '' : ';')

export function editFunction(context: EditContext, planned: PlannedFunction): void {
  const { site } = planned
  if (site.kind === 'field') return editField(context, planned)
  const { node } = site
  if (node.type === 'Program') editModuleEnd(context, node, site.close)
  else if ('params' in node && node.body.type !== 'BlockStatement') editExpressionArrow(context, planned, node.body)
  else editBlock(context, planned)
  for (const point of site.points) editPoint(context, planned, point)
  for (const detail of planned.details) editDetail(context, detail)
}

/**
 * `(levels)[i]?H.e(L[i],2,a,b):0`. The word is read twice because an assignment in between would name functions: V8 infers the names of all that it has
 * read in the same expression when it meets one, but for the last before a call.
 */
function enterCall({ names, levels }: EditContext, planned: PlannedFunction): string {
  const { hook } = names
  const { index, args, site } = planned
  const word = `${names.levels}[${index}]`
  const values = args.map(({ name, capture }) => (capture === 'value' ? name : capture === 'redacted' ? `${hook}.z` : 'void 0'))
  const told = values.length > 3 ? `[${values.join()}]` : values.join()
  const call = isLean(planned) ? `ec(${word})` : values.length === 0 ? `e(${word})` : `e(${word},${values.length},${told})`
  const frame = isHeardOfLater(site) ? `${hook}.ei(${hook}.${call})` : `${hook}.${call}`
  return `${levels}[${index}]?${frame}:0`
}

/** It suspends, or may go on after it told its return: behind `try { return x }`, and behind an iterator that a return closes. */
const isHeardOfLater = ({ async, generator, kind, points }: FunctionSite): boolean =>
  async || generator || kind === 'module' || points.some(point => point.kind === 'catch' || point.kind === 'finally')

/** No values are asked for, so that nothing but the call and its end is told: by members of the hook that engines copy into the program's code. */
const isLean = ({ level, site }: PlannedFunction): boolean => (level === 'calls' || level === 'count') && !isHeardOfLater(site)

export function openText(context: EditContext, planned: PlannedFunction): string {
  const locals = planned.declaresHook ? `${context.localPrologue},` : ''
  const { frame: f, hook: h } = context.names
  const unseen = planned.site.suspendsUnseen ? `${f}&&${h}.i(${f});` : ''
  const result = usesResult(context, planned) ? `,${context.names.result}` : ''
  return `var ${locals}${f}=${enterCall(context, planned)}${result}${ownVariables(context, planned)};${unseen}${planned.wrap ? 'try{' : ''}`
}

/**
 * `return (V=expr,F)?H.r(F,V):V` costs a call that is not recorded no call of ours; `return H.r(F,expr)` does. A function or class in the
 * expression could take its name from the variable, a variable in its dead zone would be reported at another column (V8 gives a name no
 * position of its own there), and locals are written behind the expression: those have the other form.
 * PERF: bench/runtime/per-call.bench.mjs
 */
const isKept = (context: EditContext, site: FunctionSite, argument: AnyNode | null | undefined, [before]: Around): argument is AnyNode =>
  !!argument && before === '' && !holdsFunction(context.code, argument) && !isName(argument, site.params)

/** The value of the expression may be that of a variable which is no parameter. */
function isName(expression: AnyNode, params: readonly string[]): boolean {
  const node = unparenthesized(expression)
  switch (node.type) {
    case 'Identifier':
      return !params.includes(node.name)
    case 'ConditionalExpression':
      return isName(node.consequent, params) || isName(node.alternate, params)
    case 'LogicalExpression':
      return isName(node.left, params) || isName(node.right, params)
    case 'SequenceExpression':
      return node.expressions.some(each => isName(each, params))
    default:
      return false
  }
}

function usesResult(context: EditContext, { site, locals }: PlannedFunction): boolean {
  const { node, points } = site
  if ('params' in node && node.body.type !== 'BlockStatement')
    return isKept(context, site, node.body, localsAround(context, locals.get('end'), node.body))
  return points.some(
    point =>
      point.kind === 'return' &&
      isKept(context, site, point.node.argument, localsAround(context, locals.get(point), point.node.argument ?? undefined)),
  )
}

/** Around the expression, in the parentheses that a sequence needs. */
function keepResult({ names: { frame, hook, result } }: EditContext, planned: PlannedFunction, argument: AnyNode): Around {
  const [open, close] = argument.type === 'SequenceExpression' ? ['(', ')'] : ['', '']
  return [`(${result}=${open}`, `${close},${frame})?${hook}.${isLean(planned) ? 'rc' : 'r'}(${frame},${result}):${result}`]
}

/** SAFE: the catch rethrows what it caught and the finally neither returns nor throws, so completions pass through unchanged. */
function closeText({ names: n }: EditContext, { wrap, site }: PlannedFunction): string {
  if (!wrap) return ''
  const caught = site.async ? `catch(${n.error}){throw ${n.hook}.x(${n.frame},${n.error})}` : ''
  return `}${caught}${site.generator ? `finally{${n.frame}&&${n.hook}.g(${n.frame})}` : ''}`
}

function editBlock(context: EditContext, planned: PlannedFunction): void {
  const { site } = planned
  const { names: n, code } = context
  const [start, end, statements] = blockOf(site, code)
  const directives = statements.filter(statement => statement.type === 'ExpressionStatement' && statement.directive !== undefined)
  const directive = directives[directives.length - 1]
  const offset = directive ? directive.end : start + 1
  insert(context, offset, site.open, (directive ? semicolonAfter(code, offset) : '') + openText(context, planned))
  const [before, after] = localsAround(context, planned.locals.get('end'))
  const locals = before === '' ? '' : `;${n.frame}&&${before}0${after}`
  insert(
    context,
    end - 1,
    site.close,
    (!leavesBefore(statements) ? `${locals};${n.frame}&&${n.hook}.${isLean(planned) ? 'rc' : 'v'}(${n.frame})` : '') + closeText(context, planned),
  )
}

function blockOf({ node }: FunctionSite, code: string): [start: number, end: number, body: readonly AnyNode[]] {
  if (node.type === 'StaticBlock') return [skipTrivia(code, node.start + 'static'.length), node.end, node.body]
  const body = 'params' in node ? node.body : undefined
  return body?.type === 'BlockStatement' ? [body.start, body.end, body.body] : [node.start, node.end, []]
}

/** `=> expr` becomes `=> {…return r(F, expr)}`. An arrow with a block body can be continued in no place where one with an expression could not. */
function editExpressionArrow(context: EditContext, planned: PlannedFunction, body: AnyNode): void {
  const { site } = planned
  const { names: n, code } = context
  const params = 'params' in site.node ? site.node.params : []
  const offset = afterArrow(code, params[params.length - 1]?.end ?? site.node.start)
  const around = localsAround(context, planned.locals.get('end'), body)
  const [before, after] = isKept(context, site, body, around)
    ? keepResult(context, planned, body)
    : [` ${callee(context, 'r', body)}(${n.frame},${around[0]}`, `${around[1]})`]
  insert(context, offset, site.open, `{${openText(context, planned)}return${before}`)
  insert(context, body.end, site.close, `${after}${closeText(context, planned)}}`)
}

/** A field initialiser has no room for a frame variable; the frame goes straight from enter to return. */
function editField(context: EditContext, planned: PlannedFunction): void {
  const { node, open, close } = planned.site
  const value = node.type === 'PropertyDefinition' ? node.value : undefined
  if (!value) return
  insert(context, value.start, open, `(${context.registeredHook}.r)(${enterCall(context, planned)},`)
  insert(context, value.end, close, `)${semicolonAfter(context.code, node.end)}`)
}

function editPoint(context: EditContext, planned: PlannedFunction, point: Point): void {
  const { site, locals } = planned
  const { hook: h, frame: f } = context.names
  const told = point.kind === 'return' || point.kind === 'throw' ? point.node.argument : undefined
  const around = localsAround(context, locals.get(point), told ?? undefined)
  switch (point.kind) {
    case 'return':
      if (isKept(context, site, point.node.argument, around)) return editResult(context, planned, point, point.node.argument)
      return point.node.argument || !(site.async && site.generator)
        ? editOperand(context, point, {
            keyword: 'return',
            call: `${callee(context, 'r', point.node.argument ?? undefined)}(${f}`,
            around,
            argument: point.node.argument ?? undefined,
          })
        : editBareReturn(context, point, around)
    case 'throw':
      return editOperand(context, point, {
        keyword: 'throw',
        call: `${callee(context, 't', point.node.argument)}(${f}`,
        around,
        argument: point.node.argument,
      })
    case 'await':
      return editAwait(context, point)
    case 'yield':
      return editYield(context, point)
    case 'catch':
      return editCatch(context, point.node, { order: point.open, frame: f, guard: `${f}&&` })
    case 'finally':
      if (point.node.finalizer) insert(context, point.node.finalizer.start + 1, point.open, `${f}&&${h}.l(${f});`)
      return
    case 'for-of':
      return editForOf(context, point)
    case 'terminator':
      return insert(context, point.node.end, point.close, ';')
    default:
      return
  }
}

/** Opens right behind the keyword, so that an annotation before the operand stays next to it. */
function editResult(
  context: EditContext,
  planned: PlannedFunction,
  { node, open, close }: Extract<Point, { kind: 'return' }>,
  argument: AnyNode,
): void {
  const [before, after] = keepResult(context, planned, argument)
  insert(context, node.start + 'return'.length, open, before)
  insert(context, argument.end, close, after + semicolonAfter(context.code, node.end))
}

interface Operand {
  readonly keyword: 'return' | 'throw'
  /** The call up to its first argument. */
  readonly call: string
  readonly around: Around
  readonly argument: AnyNode | undefined
}

/** The call opens right behind the keyword, so that an annotation before the operand stays next to it. */
function editOperand(
  context: EditContext,
  { node, open, close }: Extract<Point, { kind: 'return' | 'throw' }>,
  { keyword, call, around: [before, after], argument }: Operand,
): void {
  const semicolon = semicolonAfter(context.code, node.end)
  const behindKeyword = node.start + keyword.length
  if (!argument) return insert(context, behindKeyword, open, `${call}${before === '' ? '' : `,${before}void 0${after}`})${semicolon}`)
  const isSequence = argument.type === 'SequenceExpression'
  insert(context, behindKeyword, open, `${call},${before}${isSequence ? '(' : ''}`)
  insert(context, argument.end, close, `${isSequence ? ')' : ''}${after})${semicolon}`)
}

/** `return x` in an async generator awaits x, a bare `return` awaits nothing (ECMA-262 14.10.1): it must stay bare. */
function editBareReturn(context: EditContext, { node, open, close }: Extract<Point, { kind: 'return' }>, [before, after]: Around): void {
  const { hook: h, frame: f } = context.names
  const locals = before === '' ? '' : `${f}&&${before}0${after};`
  insert(context, node.start, open, `{${locals}${f}&&${h}.v(${f});`)
  insert(context, node.end, close, '}')
}

/**
 * The operand of await is a UnaryExpression, which a call may stand for, as the whole may for an AwaitExpression. Where the engine may print
 * the whole in a message (`resume`), it must find an expression there that it prints as it prints the await.
 */
function editAwait(context: EditContext, { node, resume, open, close }: Extract<Point, { kind: 'await' }>): void {
  const { frame: f } = context.names
  const [before, after] = resumeText(context, 'w', { node, resume })
  insert(context, node.start, open, before)
  insert(context, node.start + 'await'.length, open, `${callee(context, 'a', node)}(${f},`)
  insert(context, node.end, close, `)${after}`)
}

function editYield(context: EditContext, { node, resume, open, close }: Extract<Point, { kind: 'yield' }>): void {
  const { hook: h, frame: f } = context.names
  const behindKeyword = node.start + 'yield'.length
  const [before, after] = resumeText(context, 'n', { node, resume })
  insert(context, node.start, open, before)
  if (!node.argument) return insert(context, behindKeyword, close, `${h}.y(${f})${after}`)
  if (!node.delegate) {
    insert(context, behindKeyword, open, `${callee(context, 'y', node)}(${f},`)
    return insert(context, node.end, close, `)${after}`)
  }
  const [openDelegate, closeDelegate] = FOUND_BY_POSITION.has(unparenthesized(node.argument).type) ? ['', ''] : ['[', ']?.[0]']
  insert(context, skipTrivia(context.code, behindKeyword) + 1, open, `${openDelegate}${callee(context, 'y', node)}(${f},`)
  insert(context, node.end, close, `)${closeDelegate}${after}`)
}

/**
 * Operands of `yield*` that V8 finds by their position when they are not iterable, and then misprints, as it does a call in their place. An
 * optional element access has no position, so the message says no more than it does for the other operands.
 */
const FOUND_BY_POSITION: ReadonlySet<string> = new Set([
  'CallExpression',
  'NewExpression',
  'MemberExpression',
  'TaggedTemplateExpression',
  'ImportExpression',
  'SequenceExpression',
  'AssignmentExpression',
  'AwaitExpression',
  'YieldExpression',
])

function resumeText(
  context: EditContext,
  member: 'w' | 'n',
  { node, resume }: { node: AnyNode; resume: ResumeShape },
): [before: string, after: string] {
  const { hook: h, frame: f } = context.names
  if (resume === 'loop' || resume === 'untold') return ['', '']
  if (resume === 'pattern') return ['', `,{}=${f}&&${h}.l(${f})||0`]
  if (resume === 'chain') return [`${h}?.${member}(${f},`, ')']
  if (resume === 'first') return [`${h}.${member}(${f},`, ')']
  const called = callee(context, member, node)
  // SAFE: nobody reads the value of a statement in a function.
  return [`${resume === 'statement' && called.startsWith('(') ? 'void' : ''}${called}(${f},`, ')']
}

export function editCatch(context: EditContext, node: CatchClause, { order, frame, guard }: { order: number; frame: string; guard: string }): void {
  const { hook: h, error } = context.names
  const name = node.param ? (node.param.type === 'Identifier' ? node.param.name : undefined) : error
  if (!node.param) insert(context, node.body.start, order, `(${error})`)
  const value = name === undefined ? '' : context.isRedacted(name) ? `,${h}.z` : `,${name}`
  insert(context, node.body.start + 1, order, `${guard}${h}.k(${frame}${value});`)
}

/**
 * Each step of an asynchronous loop awaits where no expression stands: the frame resumes at the start of the body. The iterable stays as
 * it is, because engines print it; a loop over what was awaited or sent resumes there too. Behind the loop the frame has resumed once more.
 */
function editForOf(context: EditContext, { node, inList, open, close }: Extract<Point, { kind: 'for-of' }>): void {
  const { body, await: isAsync } = node
  const { hook: h, frame: f } = context.names
  const call = `${f}&&${h}.${isAsync ? 'w' : 'l'}(${f});`
  const isBlock = body.type === 'BlockStatement'
  insert(context, isBlock ? body.start + 1 : body.start, open, isBlock ? call : `{${call}`)
  insert(context, node.end, close, (isBlock ? '' : '}') + (inList ? `${f}&&${h}.l(${f});` : ''))
}

/** The frame of a module's own code is entered in the prologue. */
function editModuleEnd(context: EditContext, { body }: Program, close: number): void {
  const { hook: h, frame: f } = context.names
  if (!leavesBefore(body)) insert(context, body.at(-1)?.end ?? 0, close, `;${f}&&${h}.v(${f});`)
}

/** Module-level code without a frame: its try statements note how deep the stack was, so that a catch can tell which calls the error left. */
export function editModuleTry(context: EditContext, { node, open }: ModuleTry): void {
  if (!node.handler) return
  const { depth } = context.names
  insert(context, node.block.start + 1, open, `var ${depth}=${context.registeredHook}.d();`)
  editCatch(context, node.handler, { order: open, frame: depth, guard: '' })
}

/**
 * Around a value that comes from a library. SAFE: `void 0,` binds weaker than anything that a statement may begin with, and continues none before it.
 */
export function editLibraryUse(context: EditContext, { node, library, name, startsStatement, open, close }: LibraryUse): void {
  const member = holdsFunction(context.code, node) ? `(${context.registeredHook}.lb)` : `${context.registeredHook}.lb`
  const lead = startsStatement && member.startsWith('(') ? 'void 0,' : ''
  insert(context, node.start, open, `${lead}${member}(${literal(LIBRARIES[library]?.adapter ?? '')},${literal(`${library} ${name}`)},`)
  insert(context, node.end, close, ')')
}

/**
 * Behind the statement that imports a library: its exports that are no results of calls (`options` of Preact). SAFE: what is imported again has just been
 * loaded, so nothing is loaded earlier or besides; an export that cannot be read, or not yet (in a cycle), is no error of the program: the adapter is told
 * of one that is undefined, which it counts and shows.
 */
export function editLibraryImport(context: EditContext, { node, library, close }: LibraryImport, number: number): void {
  const { code, names } = context
  const known = LIBRARIES[library]
  const from = node.type === 'ImportDeclaration' ? `${names.prefix}M${number}` : `require(${literal(library)})`
  const load = node.type === 'ImportDeclaration' ? `import*as ${from} from${literal(library)};` : ''
  const calls = known?.values?.map(name => {
    const told = `${names.hook}.lb(${literal(known.adapter)},${literal(`${library} ${name}`)}`
    return `try{${told},${from}.${name});}catch(${names.error}){${told});}`
  })
  insert(context, node.end, close, `${semicolonAfter(code, node.end)}${load}${(calls ?? []).join('')}`)
}
