/**
 * Who may import whom: deny by default. One row per package; everything that a row does not name is forbidden, type-only imports
 * included. The table is design: change it together with ARCHITECTURE.md. tests/architecture plants a violation of each rule.
 *
 * `packages`: workspace packages that sources may import. `npm`: third-party packages. `node`: where `node:*` may be imported,
 * as a regular expression over the path inside src, or undefined for nowhere (types of node:* are free: they vanish).
 */
const TABLE = {
  protocol: { packages: [], npm: [] },
  instrument: { packages: ['protocol'], npm: ['acorn', 'estree', 'estree-walker', 'magic-string', '@jridgewell/.+'] },
  runtime: { packages: ['protocol'], npm: [] },
  plugin: {
    packages: ['protocol', 'instrument', 'collector'],
    npm: [
      'unplugin',
      'lru-cache',
      'picomatch',
      'es-module-lexer',
      'get-tsconfig',
      'esbuild',
      'vite',
      'webpack',
      '@rspack/core',
      'rollup',
      'rolldown',
      '@jridgewell/.+',
    ],
    node: '.*',
  },
  store: { packages: ['protocol'], npm: ['acorn', 'fflate', 'fzstd', '@duckdb/node-api'], node: '(node|tiers)/.*' },
  collector: { packages: ['protocol', 'store'], npm: ['ws'], node: '.*' },
  cli: { packages: ['protocol', 'store', 'collector', 'plugin'], npm: ['commander', 'ws'], node: '.*' },
  ui: { packages: ['protocol', 'store'], npm: ['preact', '@preact/signals.*', '@codemirror/.+', '@lezer/.+'] },
  testkit: {
    packages: ['protocol', 'instrument', 'runtime', 'plugin', 'store', 'collector', 'cli', 'ui'],
    npm: ['playwright-core', 'vitest', 'acorn'],
    node: '.*',
  },
}

/** Third-party packages that shape the architecture have one importer, so that replacing them is one file's work. */
const SINGLE_IMPORTERS = {
  acorn: 'packages/(instrument/src/1-parse/parser|store/src/replay/parse-expression)\\.ts',
  'magic-string': 'packages/instrument/src/4-emit/apply\\.ts',
}

/**
 * The entry for plain Node starts the runtime in the process whose modules it instruments, and the entry for the program's own code hands
 * its marks to the runtime: the two places that know both sides.
 */
const REGISTER = '^packages/plugin/src/(register|mark|in-page)\\.ts$'

const inNodeModules = names => `(^|node_modules/)(@types/)?(${names.join('|')})(/|$)`
const NPM = ['npm', 'npm-dev', 'npm-peer', 'npm-optional', 'npm-no-pkg', 'npm-unknown', 'npm-bundled']

const packageRules = Object.entries(TABLE).flatMap(([name, { packages, npm, node }]) => [
  {
    name: `${name}-packages`,
    comment: `${name} may import of the workspace: ${packages.join(', ') || 'nothing'}.`,
    severity: 'error',
    from: { path: `^packages/${name}/src/`, pathNot: REGISTER },
    to: { path: '^packages/[^/]+/(src|dist)/', pathNot: `^packages/(${[name, ...packages].join('|')})/` },
  },
  {
    name: `${name}-npm`,
    comment: `${name} may import from npm: ${npm.join(', ') || 'nothing'}.`,
    severity: 'error',
    from: { path: `^packages/${name}/src/` },
    to: { path: '.', dependencyTypes: NPM, pathNot: `${inNodeModules(npm.length > 0 ? npm : ['none'])}|^packages/` },
  },
  {
    name: `${name}-node`,
    comment: node === undefined ? `${name} runs without Node: no node:* at all.` : `${name} may import node:* only in ${node}.`,
    severity: 'error',
    from: { path: `^packages/${name}/src/`, ...(node === undefined ? {} : { pathNot: `^packages/${name}/src/${node}` }) },
    to: { dependencyTypes: ['core'], dependencyTypesNot: ['type-only', 'type-import'] },
  },
])

const phaseRules = [1, 2, 3].map(phase => ({
  name: `instrument-phase-${phase}`,
  comment: 'A phase of instrument imports lower-numbered phases only.',
  severity: 'error',
  from: { path: `^packages/instrument/src/${phase}-` },
  to: { path: `^packages/instrument/src/[${phase + 1}-9]-` },
}))

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...packageRules,
    ...phaseRules,
    ...Object.entries(SINGLE_IMPORTERS).map(([name, importer]) => ({
      name: `single-importer-${name}`,
      comment: `${name} has one importer.`,
      severity: 'error',
      from: { path: '^packages/(?!testkit/)[^/]+/src/', pathNot: `^${importer}$` },
      to: { path: `(^|node_modules/)${name}(/|$)` },
    })),
    {
      name: 'register-packages',
      comment:
        'hindscope/register, hindscope/mark and hindscope/in-page may import what plugin may, and of runtime how to start, to mark and to pick.',
      severity: 'error',
      from: { path: REGISTER },
      to: {
        path: '^packages/[^/]+/(src|dist)/',
        pathNot: '^packages/((plugin|protocol|instrument|collector)/|runtime/(src|dist)/(start|mark|in-page))',
      },
    },
    {
      name: 'recorder-is-a-leaf',
      comment: 'The recorder knows neither where chunks go nor which frameworks feed it; install wires them.',
      severity: 'error',
      from: { path: '^packages/runtime/src/recorder/' },
      to: { path: '^packages/runtime/src/(storage|adapters|node|browser)/' },
    },
    {
      name: 'ui-and-store-meet-in-the-model',
      comment: 'The browser gets the part of store that needs no Node: @hindscope/store/model.',
      severity: 'error',
      from: { path: '^packages/ui/src/' },
      to: { path: '^packages/store/src/index\\.ts$' },
    },
    {
      name: 'ui-asks-an-engine',
      comment: 'The page asks an engine, wherever it runs: of the store only the worker that reads files knows.',
      severity: 'error',
      from: { path: '^packages/ui/src/', pathNot: '^packages/ui/src/worker/' },
      to: { path: '^packages/store/src/' },
    },
    {
      name: 'no-relative-path-into-another-package',
      comment: 'Packages meet at their exports.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^packages/[^/]+/src/', pathNot: '^packages/$1/', dependencyTypes: ['local'], dependencyTypesNot: ['aliased'] },
    },
    { name: 'no-cycle', comment: 'No cycles, type-only ones included.', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-tests-from-sources',
      comment: 'Sources import no tests and no testkit.',
      severity: 'error',
      from: { path: '^packages/(?!testkit/)[^/]+/src/' },
      to: { path: '^packages/([^/]+/test|testkit)/' },
    },
    {
      name: 'resolvable',
      comment: 'Every import resolves. Own built entries exist only after a build.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: { couldNotResolve: true, pathNot: '^(hindscope|@hindscope/[^/]+)(/|$)|^virtual:' },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '/dist/'] },
    exclude: { path: ['/dist/', '/samples/', '/fixtures/', '/_actual/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mts', '.mjs', '.js', '.cjs', '.d.ts', '.json'],
    },
  },
}
