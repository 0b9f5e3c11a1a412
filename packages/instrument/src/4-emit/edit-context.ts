/** What every edit needs to know. */
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
