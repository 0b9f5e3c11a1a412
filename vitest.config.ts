import { configDefaults, defineConfig } from 'vitest/config'
import type { ViteUserConfig } from 'vitest/config'
import { alias } from './alias.ts'

/** Real processes, browsers and clocks on a shared machine: in CI once more, and named in the report (scripts/lib/unsteady-tests.mjs). */
const retry = process.env.CI ? 1 : 0

/** Tests of packages, from sources through the alias table. */
const sources = (name: string, options: { include: string[]; exclude?: string[]; isolate: boolean }) => ({
  resolve: { alias },
  test: {
    name,
    include: options.include,
    exclude: [...configDefaults.exclude, ...(options.exclude ?? [])],
    isolate: options.isolate,
    setupFiles: ['tests/setup/fixed-seed.ts'],
    testTimeout: 20_000,
    retry,
    execArgv: ['--experimental-vm-modules'],
  },
})

/** Those of the transform but for its random programs, which are many. */
const TRANSFORM_TESTS = ['packages/instrument/test/*/**/*.test.ts', 'packages/instrument/test/!(property).test.ts']
/** They change the realm that they run in (recorders, the clock of a collector), or look at what others did to it. */
const ISOLATED_TESTS = [
  'packages/runtime/test/**/*.test.ts',
  'packages/collector/test/**/*.test.ts',
  'packages/ui/test/browser/**/*.test.ts',
  'packages/instrument/test/property.test.ts',
]

/**
 * `unit`, `transform` and `isolated` run package sources through the alias table; every other project is a consumer and imports built packages
 * (scripts/test.mjs builds first, and tests/setup/fresh-dist.ts fails at once when a dist is older than its src).
 */
const consumer = (name: string, testTimeout: number, alone: object = {}) => ({
  test: {
    name,
    include: [`tests/${name}/**/*.test.ts`],
    globalSetup: ['tests/setup/fresh-dist.ts'],
    testTimeout,
    hookTimeout: testTimeout,
    retry,
    // How busy a process is depends on the machine: tests that want to be told ask for it.
    env: { HINDSCOPE_PLATFORM: '0' },
    ...alone,
  },
})

const config: ViteUserConfig = defineConfig({
  test: {
    // More than two cores have: the long projects mostly wait for bundlers and browsers (70 % of two cores were used by two).
    maxWorkers: 3,
    // Of the transform only, by its own tests, in complete runs (scripts/test.mjs): what cannot be shown to be tested may change somebody's program.
    coverage: {
      provider: 'v8',
      include: ['packages/instrument/src/**/*.ts'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: { lines: 95 },
    },
    projects: [
      // A process reads the modules once for all of its files, which halves the work.
      sources('unit', { include: ['packages/*/test/**/*.test.ts'], exclude: [...TRANSFORM_TESTS, ...ISOLATED_TESTS], isolate: false }),
      // By itself, because it is measured, which makes tests a good deal slower.
      sources('transform', { include: TRANSFORM_TESTS, isolate: false }),
      sources('isolated', { include: ISOLATED_TESTS, isolate: true }),
      consumer('architecture', 120_000),
      consumer('corpus', 600_000),
      consumer('bundlers', 300_000),
      consumer('runtime', 120_000),
      consumer('positions', 120_000),
      consumer('cli', 120_000),
      consumer('incremental', 300_000),
      consumer('compat', 300_000),
      // Programs run as modules of fresh realms.
      consumer('traps', 120_000, { execArgv: ['--experimental-vm-modules', '--no-warnings'] }),
      // Whole programs with a browser: after everything else, one file at a time, so that they have the machine to themselves.
      consumer('e2e', 300_000, { sequence: { groupOrder: 1 }, maxWorkers: 1 }),
    ],
  },
})

export default config
