/** Callers in plain JavaScript get a message instead of code that records something else than they asked for. */
import { HindscopeError, LEVELS } from '@hindscope/protocol'

const SOURCE_TYPES = ['module', 'commonjs', 'script']
const HOOK_FORMS = ['import', 'import-last', 'require', 'global']

/** Throws `instrument-option` for the first option that is not of its type. */
export function checkOptions(code: unknown, options: object | undefined): void {
  check(typeof code === 'string', 'code', code, 'a text')
  const { id, sourceType, hook, hookModule, libraries, plan }: Readonly<Record<string, unknown>> = { ...options }
  check(typeof id === 'string' && id !== '', 'id', id, 'the path of the module, not empty')
  check(sourceType === undefined || SOURCE_TYPES.includes(sourceType as string), 'sourceType', sourceType, SOURCE_TYPES.join(', '))
  check(hook === undefined || HOOK_FORMS.includes(hook as string), 'hook', hook, HOOK_FORMS.join(', '))
  check(hookModule === undefined || typeof hookModule === 'string', 'hookModule', hookModule, 'a module specifier')
  check(libraries === undefined || (typeof libraries === 'string' && libraries.includes('*')), 'libraries', libraries, 'a module specifier with a *')
  const level: unknown = plan === undefined ? 'off' : (plan as { readonly level?: unknown } | null)?.level
  check((LEVELS as readonly unknown[]).includes(level), 'plan.level', level, LEVELS.join(', '))
}

function check(isFine: boolean, option: string, value: unknown, allowed: string): void {
  if (!isFine)
    throw new HindscopeError('instrument-option', { option, value: typeof value === 'string' ? JSON.stringify(value) : typeof value, allowed })
}
