/**
 * The module that instrumented code imports `h` from. It starts the runtime before it exports the hook, so the recorder runs before any
 * instrumented code in every bundle, worker and server environment, with nothing injected into HTML.
 *
 * Vite, Rollup and Rolldown get it as a virtual module. webpack, rspack and esbuild get a real file in the data folder: the first two
 * take `virtual:` for a URL scheme, and a real file also resolves in esbuild builds that do not bundle and in persistent caches.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { RuntimeTarget } from '../types.ts'
import { writeDataFile } from './manifest-store.ts'
import { libraryModules, runtimeFiles, vitestRunModule } from './runtime-files.ts'

export const HOOK_ID = 'virtual:hindscope/hook'
export const RESOLVED_HOOK_ID: string = `\0${HOOK_ID}`

/** Vitest's runner; behind the `?` the path of the one that the project has itself. */
export const RUNNER_ID = 'virtual:hindscope/vitest-runner'

/** What `start` of the runtime is called with; absent fields are found in the environment when the program starts. */
export interface StartOptions {
  readonly url?: string
  readonly token?: string
  readonly session?: string
  readonly name?: string
  /** Absolute path of the module whose default export `start` gets as `redactWith`. */
  readonly redactModule?: string
  /** The page loads the adapter that tells of the page itself. */
  readonly tellsOfPage?: true
  readonly config: Readonly<Record<string, unknown>>
}

/** `h` is a binding of this module, not a re-export: a bundler may short-cut a re-export past the call of `start`. */
export function hookModuleText(target: RuntimeTarget, options: StartOptions): string {
  const files = runtimeFiles(target)
  const { redactModule, tellsOfPage, ...rest } = options
  const pageImport = tellsOfPage
    ? `import ${specifier(libraryModules().replace('*', 'page'))}
`
    : ''
  return `import { start } from ${specifier(files.start)}
import { h as hook } from ${specifier(files.hook)}
${redactImport(redactModule)}${pageImport}start(${startArgument(redactModule, inlineJson(rest))})
export const h = hook
`
}

/** Where the runner comes from: the export `name` of `module`. */
export interface RunnerOrigin {
  readonly module: string
  readonly name: string
}

/** The first module of ours that a worker of Vitest loads: recording has started before setup files and tests are there. */
export function runnerModuleText(options: StartOptions, origin: RunnerOrigin): string {
  const { redactModule, name: _name, tellsOfPage: _tellsOfPage, ...rest } = options
  return `import { start } from ${specifier(runtimeFiles('universal').start)}
import { recordTests, workerName } from ${specifier(vitestRunModule())}
import { ${origin.name} as Runner } from ${specifier(origin.module)}
${redactImport(redactModule)}start(${startArgument(redactModule, `{ ...${inlineJson(rest)}, name: workerName() }`)})
export default recordTests(Runner)
`
}

const redactImport = (module: string | undefined): string => (module === undefined ? '' : `import redactWith from ${specifier(module)}\n`)

const startArgument = (redactModule: string | undefined, options: string): string =>
  redactModule === undefined ? options : `{ ...${options}, redactWith }`

const specifier = (path: string): string => inlineJson(path.replaceAll('\\', '/'))

/** JSON that is safe in a script element and in source text. */
const inlineJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[<\u2028\u2029]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Writes the module as a file named after its content and gives its path with forward slashes. */
export function writeHookFile(dataDir: string, target: RuntimeTarget, options: StartOptions): string {
  const text = hookModuleText(target, options)
  const dir = join(dataDir, 'hook')
  // The user's own package.json may say that nothing has side effects; ours, nearer, says that this file has.
  writeDataFile(dir, 'package.json', '{ "type": "module", "sideEffects": true }\n')
  const name = createHash('sha256').update(text).digest('hex').slice(0, 16)
  return writeDataFile(dir, `${name}.mjs`, text).replaceAll('\\', '/')
}
