/** Runs one test file as Jest does, in whatever environment, with a recorder in its sandbox. */
import { createRequire } from 'node:module'
import { createBuildContext } from '../core/context.ts'
import { tryReadManifest } from '../core/manifest-store.ts'
import { projectPath } from '../core/module-id.ts'
import { loadDefault } from '../core/options.ts'
import { DEVELOPMENT } from '../core/production.ts'
import { jestRunModules } from '../core/runtime-files.ts'
import type { HindscopeOptions } from '../types.ts'
import { jestPath, loadInner } from './inner-modules.ts'
import type { InnerTransform } from './inner-modules.ts'

interface ProjectConfig {
  readonly rootDir: string
  readonly transform: readonly (readonly [pattern: string, path: string, config: unknown])[]
}

type TestEvent = (event: object, state: object) => unknown

interface Environment {
  handleTestEvent?: TestEvent
}

interface Runtime {
  /** In the sandbox, as it is written, beside the modules of the program. */
  requireInternalModule<Module>(path: string): Module
}

type RunFile = (
  global: unknown,
  config: ProjectConfig,
  environment: Environment,
  runtime: Runtime,
  path: string,
  ...more: unknown[]
) => Promise<unknown>

interface FileRecorder {
  readonly handle: (event: object, state: object) => void
  end(): Promise<void>
}

/** Nothing here awaits what Jest does: a function that awaits shows in the stacks of tests. */
const runFile: RunFile = (global, config, environment, runtime, path, ...more) =>
  prepare(config, environment, runtime, path).then(({ circus, end }) =>
    circus(global, config, environment, runtime, path, ...more).then(
      result => end().then(() => result),
      (error: unknown) =>
        end().then(() => {
          throw error
        }),
    ),
  )

async function prepare(
  config: ProjectConfig,
  environment: Environment,
  runtime: Runtime,
  path: string,
): Promise<{ readonly circus: RunFile; end(): Promise<void> }> {
  const own = ownEntry(config)
  const place = jestPath('jest-circus/runner', config.rootDir, own?.jest ?? '')
  const circus = (await loadInner(place)) as RunFile // SAFE: Jest's own
  const { version } = createRequire(place)('jest-circus/package.json') as { readonly version: string } // SAFE: every package has one
  const recorder = startIn(runtime, config, { options: own?.options ?? {}, path, startsEarly: Number.parseInt(version, 10) < 30 })
  if (recorder !== undefined) {
    const { handleTestEvent } = environment
    environment.handleTestEvent = (event, state) => {
      recorder.handle(event, state)
      return handleTestEvent?.call(environment, event, state)
    }
  }
  return { circus, end: () => recorder?.end() ?? Promise.resolve() }
}

export default runFile

interface FileToRecord {
  readonly options: HindscopeOptions
  readonly path: string
  /** Tests that run at the same time do so before Jest says that they begin. */
  readonly startsEarly: boolean
}

function startIn(runtime: Runtime, config: ProjectConfig, { options: given, path, startsEarly }: FileToRecord): FileRecorder | undefined {
  const context = createBuildContext('node', given)
  context.configure({ root: config.rootDir, mode: DEVELOPMENT })
  const { parts } = context
  if (parts === undefined) return undefined
  const file = projectPath(config.rootDir, path)
  const { redactModule, ...options } = context.startOptions('universal', { name: file })
  const modules = jestRunModules()
  const { start } = runtime.requireInternalModule<{ start(options: object): unknown }>(modules.start)
  start({
    ...options,
    ...(redactModule === undefined ? {} : { redactWith: loadDefault(redactModule, redactModule) }),
    manifests: (key: string): unknown => {
      const json = tryReadManifest(parts.options.dataDir, key)
      return json === undefined ? undefined : JSON.parse(json)
    },
  })
  const { recordFile } = runtime.requireInternalModule<{ recordFile(file: object): FileRecorder | undefined }>(modules.recordFile)
  return recordFile({ name: file, path, startsEarly })
}

/** What our transformer got. */
const ownEntry = ({ transform }: ProjectConfig): InnerTransform | undefined =>
  transform.map(([, , config]) => config as InnerTransform | undefined).find(config => config?.options !== undefined && config.jest !== undefined) // SAFE: both are asked for
