/** The three hooks that Vite, Rollup and Rolldown share: the hook module's id and text, and the transform after everyone else's. */
import type { Diagnostic } from '@hindscope/protocol'
import type { BuildContext, Connection } from '../core/context.ts'
import { toBundlerMessage, toTextMessage } from '../core/emit-diagnostics.ts'
import type { BundlerMessage } from '../core/emit-diagnostics.ts'
import { ID_FILTER } from '../core/filter.ts'
import type { ModuleText } from '../core/instrument-module.ts'
import { libraryModules } from '../core/runtime-files.ts'
import { incomingMap } from '../core/incoming-map.ts'
import { parseModuleId } from '../core/module-id.ts'
import type { SourceMap } from '../core/source-map.ts'
import { HOOK_ID, RESOLVED_HOOK_ID, RUNNER_ID, hookModuleText, runnerModuleText } from '../core/virtual-modules.ts'
import type { RunnerOrigin } from '../core/virtual-modules.ts'
import type { RuntimeTarget } from '../types.ts'

/** What all three give as `this` of transform. */
export interface TransformThis {
  getCombinedSourcemap(): unknown
  warn(message: BundlerMessage): void
  error(message: BundlerMessage): never
}

export type ModuleRules = Pick<ModuleText, 'stripper' | 'stripWhen' | 'sourceType' | 'importsLast' | 'wantsMap' | 'chain'>

export interface SharedHooks {
  readonly resolveId: { readonly order: 'pre'; readonly filter: { readonly id: RegExp }; handler(id: string): string | undefined }
  readonly load: {
    readonly filter: { readonly id: RegExp }
    handler(this: unknown, id: string): Promise<{ code: string; moduleSideEffects: boolean } | undefined>
  }
  readonly transform: {
    readonly order: 'post'
    readonly filter: { id: { readonly include: RegExp[]; readonly exclude: RegExp[] } }
    handler(this: TransformThis, code: string, id: string): Promise<TransformedModule | undefined>
  }
}

export interface TransformedModule {
  readonly code: string
  readonly map: SourceMap | null
  /** For Rolldown: the text is JavaScript now, whatever the id says. */
  readonly moduleType?: 'js'
}

export interface SharedHookOptions {
  readonly context: BuildContext
  /** How to read a module of this bundler; asked once per module. `self` is the transform hook's `this`. */
  rules(code: string, path: string, self: unknown): ModuleRules
  /** `self` is the load hook's `this`. */
  target(self: unknown): RuntimeTarget
  connection(target: RuntimeTarget): Promise<Connection | undefined>
  /** Name for the realm that loads this hook module; the runtime finds one when absent. */
  realmName?(self: unknown): string | undefined
  /** Where the runner of tests comes from, by what stands behind the `?` of its id. */
  runner?(query: string): RunnerOrigin
  /** Modules that get no probes, besides those that the filter leaves out. */
  leaves?(path: string): boolean
}

export function sharedHooks({ context, rules, target, connection, realmName, runner, leaves }: SharedHookOptions): SharedHooks {
  return {
    resolveId: {
      order: 'pre',
      filter: { id: /^virtual:hindscope\/(?:hook$|vitest-runner\?)/ },
      handler: id => (context.parts && (id === HOOK_ID || id.startsWith(`${RUNNER_ID}?`)) ? `\0${id}` : undefined),
    },
    load: {
      // The id starts with a null character, which some bundlers do not pass through a native filter.
      filter: { id: /virtual:hindscope\/(?:hook$|vitest-runner\?)/ },
      async handler(id) {
        const origin = id.startsWith(`\0${RUNNER_ID}?`) ? runner?.(id.slice(id.indexOf('?') + 1)) : undefined
        if (!context.parts || (id !== RESOLVED_HOOK_ID && origin === undefined)) return undefined
        const where = target(this)
        const options = context.startOptions(where, { connection: await connection(where), name: realmName?.(this) })
        return { code: origin === undefined ? hookModuleText(where, options) : runnerModuleText(options, origin), moduleSideEffects: true }
      },
    },
    transform: {
      order: 'post',
      filter: { id: ID_FILTER },
      async handler(code, id) {
        if (!context.parts || context.skips(id)) return undefined
        const { path } = parseModuleId(id)
        if (leaves?.(path) === true) return undefined
        const problems: Diagnostic[] = []
        const text: ModuleText = {
          id,
          code,
          hookModule: HOOK_ID,
          libraries: libraryModules(),
          incoming: incomingMap(code, path, () => this.getCombinedSourcemap()),
          ...rules(code, path, this),
        }
        const probed = await context.transform(text, problem => problems.push(problem))
        report(this, problems, problem => (context.bundler === 'rollup' ? toBundlerMessage(problem, id) : toTextMessage(problem, id)))
        return probed && { code: probed.code, map: probed.map ?? null, moduleType: 'js' }
      },
    },
  }
}

function report(self: TransformThis, problems: readonly Diagnostic[], toMessage: (problem: Diagnostic) => BundlerMessage): void {
  for (const problem of problems) if (problem.severity === 'warning') self.warn(toMessage(problem))
  const fatal = problems.find(problem => problem.severity === 'error')
  if (fatal !== undefined) self.error(toMessage(fatal))
}
