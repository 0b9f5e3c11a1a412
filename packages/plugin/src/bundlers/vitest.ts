/**
 * Vitest: its workers get a runner that records each test (runtime/test-runs/vitest.ts), and the terminal says how to open those that failed.
 * Reports stay as they are: what is said goes to standard error, after them.
 */
import type { BuildContext } from '../core/context.ts'
import type { DevServerLink } from '../core/dev-server.ts'
import { failedTestLines } from '../core/failed-tests.ts'
import { RUNNER_ID } from '../core/virtual-modules.ts'
import type { RunnerOrigin } from '../core/virtual-modules.ts'

/** What `configureVitest` gets, as far as it is used: https://vitest.dev/api/advanced/plugin */
export interface FoundVitest {
  readonly vitest: {
    readonly version: string
    readonly config: { readonly reporters: unknown[]; readonly coverage?: { readonly enabled?: boolean } }
    readonly logger: { error(text: string): void }
  }
  readonly project: {
    readonly config: VitestConfig
    /** `source` gives the text of a module that may hold tests of its own. */
    matchesTestGlob?(path: string, source: () => string): boolean
  }
}

interface VitestConfig {
  runner?: string | undefined
  readonly mode?: string
  readonly browser?: { readonly enabled?: boolean }
  readonly experimental?: { readonly viteModuleRunner?: boolean }
}

interface TestModule {
  state?(): string
}

/** What is to be done with it. */
export interface VitestSetup {
  readonly context: BuildContext
  readonly link: DevServerLink
  /** Modules that get no probes, besides those that the filter leaves out. */
  leave(isLeft: (path: string) => boolean): void
}

export function configureVitest({ vitest, project }: FoundVitest, { context, link, leave }: VitestSetup): void {
  const { config } = project
  if (context.parts === undefined) return
  // Coverage would count what is inserted; it leaves out files of tests.
  if (vitest.config.coverage?.enabled === true) leave(path => project.matchesTestGlob?.(path, () => '') !== true)
  // Its browser mode has no runner of the project's, and without Vite's module runner nothing is instrumented.
  if (config.mode === 'benchmark' || config.browser?.enabled === true || config.experimental?.viteModuleRunner === false) return
  config.runner = `${RUNNER_ID}?${config.runner === undefined ? vitest.version : encodeURIComponent(config.runner)}`
  if (reported.has(vitest)) return
  reported.add(vitest)
  vitest.config.reporters.push(reporter(vitest, link))
}

/** The plugin stands in each project of a workspace. */
const reported = new WeakSet<object>()

/** Behind the `?`: the project's own runner, or the version of Vitest whose runner is taken. */
export function runnerOrigin(query: string): RunnerOrigin {
  if (!/^\d+\.\d+\./.test(query)) return { module: decodeURIComponent(query), name: 'default' }
  const [major, minor] = query.split('.').map(Number) as [number, number] // SAFE: matched above
  // From 4.1 on `vitest/runners` says on every import that it is deprecated.
  return major > 4 || (major === 4 && minor >= 1) ? { module: 'vitest', name: 'TestRunner' } : { module: 'vitest/runners', name: 'VitestTestRunner' }
}

function reporter({ logger }: FoundVitest['vitest'], link: DevServerLink): object {
  let sinceMs = Date.now()
  return {
    onTestRunStart(): void {
      sinceMs = Date.now()
    },
    async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
      if (modules.every(module => module.state?.() !== 'failed')) return
      const lines = await failedTestLines(await link.connection(), sinceMs)
      if (lines.length > 0) logger.error(`${lines.join('\n')}\n`)
    },
  }
}
