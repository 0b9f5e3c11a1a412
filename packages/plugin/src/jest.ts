/**
 * `hindscope/jest`: `export default hindscope({ …the project's config… })`. Each transformer gets probes into what it gives, each file's tests
 * are recorded as activities, and all of a run is one session.
 */
import { realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { HindscopeOptions } from './types.ts'
import type { InnerTransform } from './jest/inner-modules.ts'

/** Jest's own config, as far as it is read here. */
export interface JestConfig {
  readonly rootDir?: string
  readonly preset?: string | null
  readonly projects?: readonly unknown[]
  readonly reporters?: readonly unknown[]
  readonly testRunner?: string
  readonly transform?: Readonly<Record<string, string | readonly [string, unknown?]>>
}

/** Packages are found from where it lies, not from where it is linked to. */
const script = (): string => (process.argv[1] === undefined ? '' : realpathSync(process.argv[1]))

const here = (name: string): string => fileURLToPath(new URL(`./jest/${name}.mjs`, import.meta.url))

/** What Jest transforms where the config names nothing. */
const DEFAULT_PATTERN = '\\.[jt]sx?$'
const OWN_RUNNERS: readonly unknown[] = [undefined, 'circus', 'jest-circus', 'jest-circus/runner']

/** The same config, with recording. Projects that are named by their path have configs of their own, which take the same call. */
export default function hindscope<Config extends JestConfig>(config: Config, options: HindscopeOptions = {}): Config {
  const { projects, reporters = ['default'] } = config
  const own =
    projects === undefined ? recorded(config, options) : { projects: projects.map(each => (isConfig(each) ? recorded(each, options) : each)) }
  return { ...config, ...own, reporters: [...reporters, [here('reporter'), { options }]] }
}

/** What belongs to one project; a runner of tests that is not Jest's own is left alone. */
function recorded(config: JestConfig, options: HindscopeOptions): JestConfig {
  const transforms = transformsOf(config)
  const around = (inner: Omit<InnerTransform, 'jest' | 'options'>): readonly [string, InnerTransform] => [
    here('transform'),
    { ...inner, jest: script(), options },
  ]
  const transform =
    transforms === undefined
      ? { [DEFAULT_PATTERN]: around({}) }
      : Object.fromEntries(
          Object.entries(transforms).map(([pattern, given]) => {
            const [path, inner] = typeof given === 'string' ? [given] : given
            return [pattern, around({ path, ...(inner === undefined ? {} : { config: inner }) })]
          }),
        )
  return { ...config, transform, ...(OWN_RUNNERS.includes(config.testRunner) ? { testRunner: here('run-file') } : {}) }
}

/** A preset's transforms come behind those of the project, and are not taken where the project has the same pattern. */
function transformsOf({ rootDir = '.', preset, transform }: JestConfig): JestConfig['transform'] {
  const more = typeof preset === 'string' ? presetOf(preset, resolve(rootDir)).transform : undefined
  return transform === undefined && more === undefined ? undefined : { ...transform, ...more, ...transform }
}

function presetOf(preset: string, rootDir: string): JestConfig {
  const require = createRequire(resolve(rootDir, 'jest.config.js'))
  const path = preset.replace(/^<rootDir>/, '.')
  const found: unknown = require(path.startsWith('.') && /\.[cm]?js(?:on)?$/.test(path) ? path : `${path}/jest-preset`)
  return (isConfig(found) && 'default' in found ? found.default : found) as JestConfig // SAFE: what Jest itself would read
}

const isConfig = (value: unknown): value is JestConfig => typeof value === 'object' && value !== null
