/** What every edit needs to know. */
import type { AnyNode } from '../1-parse/parser.ts'
import type { Edit } from './apply.ts'
import type { EmitNames } from './names.ts'

export interface EditContext {
  readonly code: string
  readonly names: EmitNames
  readonly edits: Edit[]
  /** Expression that is the level table. */
  readonly levels: string
  /** Expression that is the hook, also where no function has registered the module yet. */
  readonly registeredHook: string
  /** Declarations that an outermost function of a script needs, '' elsewhere. */
  readonly localPrologue: string
  readonly isRedacted: (name: string) => boolean
}

export const insert = (context: EditContext, offset: number, order: number, text: string): void => {
  if (text !== '') context.edits.push({ offset, order, text })
}

const FUNCTION_TEXT = /=>|\bfunction\b|\bclass\b/

/**
 * The member of the hook as a callee of a call around `expression`. V8 names functions without a name in stack traces after all names that
 * it has read in the same expression: `this.f = () => {}` within `$h.r(…)` would be `$h.r.f`. It forgets the names that stand in parentheses.
 * SAFE: before an expression at the start of a statement stands a step, and its semicolon.
 */
export function callee({ code, names }: EditContext, member: string, expression: AnyNode | undefined): string {
  const plain = `${names.hook}.${member}`
  return expression && holdsFunction(code, expression) ? `(${plain})` : plain
}

/** Text of a function or class may stand in the expression. */
export const holdsFunction = (code: string, { start, end }: AnyNode): boolean => FUNCTION_TEXT.test(code.slice(start, end))
