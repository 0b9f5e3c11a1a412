/** Each rule is seen to fail: a small repository with one violation, under this repository's own configs. */
import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { beforeAll, describe, expect, test } from 'vitest'
import { composePage, readInputs } from '../../scripts/adapter-tables.mjs'
import {
  bannedFileNames,
  brokenLinks,
  codelessThrows,
  installedOrBuilt,
  leftovers,
  longFunctions,
  machineTraces,
  readProperties,
  silentCatches,
  unusedMessages,
} from './conventions.ts'
import { plant, ROOT, runTool } from './tools.ts'

type Files = Readonly<Record<string, string>>

describe('lint', () => {
  /** Rule, the file that breaks it, its text. All are linted in one run. */
  const planted: readonly (readonly [rule: string, path: string, text: string])[] = [
    ['no-explicit-any', 'packages/store/src/any.ts', 'export const a = (b: any): unknown => b\n'],
    ['ban-ts-comment', 'packages/store/src/comment.ts', '// @ts-ignore\nexport const a: string = 1\n'],
    ['no-cycle', 'packages/store/src/cycle.ts', "import { b } from './cycle-back.ts'\nexport const a = b\n"],
    ['no-default-export', 'packages/store/src/default.ts', 'export default 1\n'],
    ['no-empty', 'packages/store/src/empty.ts', 'try {\n  globalThis.close()\n} catch {}\n'],
    ['max-lines', 'packages/store/src/long.ts', Array.from({ length: 501 }, (_, i) => `export const line${i} = ${i}\n`).join('')],
    ['filename-case', 'packages/store/src/camelCase.ts', 'export const a = 1\n'],
    ['no-restricted-globals', 'packages/protocol/src/global.ts', 'export const a = process.argv\n'],
    ['no-console', 'packages/runtime/src/console.ts', "console.log('a')\n"],
  ]
  const clean: Files = {
    'packages/store/src/cycle-back.ts': "import { a } from './cycle.ts'\nexport const b: unknown = () => a\n",
    'packages/store/src/clean.ts': 'export const one = 1\n',
    'packages/plugin/src/vite.ts': 'export default 1\n',
    'packages/cli/src/print.ts': "console.log('a')\n",
  }
  let output = ''
  beforeAll(() => {
    using repository = plant({ ...clean, ...Object.fromEntries(planted.map(([, path, text]) => [path, text])) }, { nodeModules: 'linked' })
    output = runTool('oxlint', ['--deny-warnings', '--format', 'unix', 'packages'], repository.dir).output
  })

  test.each(planted)('%s', (rule, path) => {
    const found = output.split('\n').filter(line => line.startsWith(`${path}:`))
    expect(found).toContainEqual(expect.stringMatching(new RegExp(`[(/]${rule}\\)`)))
  })

  test.each(['clean.ts', 'vite.ts', 'print.ts'])('%s is clean', name => {
    expect(output).not.toContain(name)
  })
})

test('format', () => {
  using planted = plant({ 'packages/store/src/a.ts': 'export const a = "1";\n' }, { nodeModules: 'linked' })
  const { exitCode, output } = runTool('oxfmt', ['--check', 'packages'], planted.dir)
  expect(exitCode).not.toBe(0)
  expect(output).toContain('a.ts')
})

describe('import rules', () => {
  const npmPackage = (name: string): Files => ({
    [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: '1.0.0', main: 'index.js' }),
    [`node_modules/${name}/index.js`]: 'module.exports = 1\n',
  })
  const skeleton: Files = {
    'packages/protocol/src/index.ts': 'export const protocol = 1\n',
    'packages/instrument/src/index.ts': "import '@hindscope/protocol'\n",
    'packages/runtime/src/index.ts': "import '@hindscope/protocol'\n",
    'packages/store/src/index.ts': "import './node/files.ts'\nimport '@hindscope/protocol'\n",
    'packages/store/src/node/files.ts': "import 'node:fs'\n",
    'packages/store/src/model.ts': 'export const model = 1\n',
    'packages/ui/src/worker/main.ts': "import '@hindscope/store/model'\n",
    ...npmPackage('acorn'),
    ...npmPackage('left-pad'),
  }
  /** Rule, the file that breaks it, the import that does. All are cruised in one run. */
  const planted: readonly (readonly [rule: string, path: string, statement: string])[] = [
    ['protocol-packages', 'packages/protocol/src/a.ts', "import '@hindscope/runtime'"],
    ['protocol-npm', 'packages/protocol/src/b.ts', "import 'left-pad'"],
    ['protocol-node', 'packages/protocol/src/c.ts', "import 'node:fs'"],
    ['instrument-packages', 'packages/instrument/src/a.ts', "import type {} from '@hindscope/runtime'"],
    ['instrument-node', 'packages/instrument/src/b.ts', "import 'node:path'"],
    ['runtime-packages', 'packages/runtime/src/a.ts', "import '@hindscope/instrument'"],
    ['runtime-npm', 'packages/runtime/src/b.ts', "import 'left-pad'"],
    ['runtime-node', 'packages/runtime/src/node/a.ts', "import 'node:fs'"],
    ['plugin-packages', 'packages/plugin/src/a.ts', "import '@hindscope/runtime'"],
    ['register-packages', 'packages/plugin/src/register.ts', "import '@hindscope/runtime'"],
    ['store-node', 'packages/store/src/model.ts', "import 'node:fs'"],
    ['store-npm', 'packages/store/src/a.ts', "import 'left-pad'"],
    ['ui-and-store-meet-in-the-model', 'packages/ui/src/a.ts', "import '@hindscope/store'"],
    ['ui-asks-an-engine', 'packages/ui/src/core/a.ts', "import '@hindscope/store/model'"],
    ['single-importer-acorn', 'packages/instrument/src/2-analyze/a.ts', "import 'acorn'"],
    ['instrument-phase-1', 'packages/instrument/src/1-parse/a.ts', "import '../2-analyze/scope.ts'"],
    ['recorder-is-a-leaf', 'packages/runtime/src/recorder/a.ts', "import '../storage/sink.ts'"],
    ['no-relative-path-into-another-package', 'packages/store/src/b.ts', "import '../../protocol/src/index.ts'"],
    ['no-cycle', 'packages/store/src/c.ts', "import type {} from './d.ts'"],
    ['no-tests-from-sources', 'packages/store/src/e.ts', "import '../test/fixture.ts'"],
    ['resolvable', 'packages/store/src/f.ts', "import './nowhere.ts'"],
  ]
  const clean: Files = {
    'packages/instrument/src/1-parse/parser.ts': "import 'acorn'\n",
    'packages/instrument/src/2-analyze/scope.ts': "import '../1-parse/parser.ts'\n",
    'packages/runtime/src/storage/sink.ts': 'export const sink = 1\n',
    'packages/store/src/d.ts': "import type {} from './c.ts'\n",
    'packages/store/test/fixture.ts': 'export const fixture = 1\n',
  }
  const cruise = (files: Files): { readonly exitCode: number; readonly output: string } => {
    using repository = plant({ ...skeleton, ...files }, { nodeModules: 'planted' })
    symlinkSync(join(ROOT, 'node_modules/typescript'), join(repository.dir, 'node_modules/typescript'))
    return runTool('depcruise', ['--config', '.dependency-cruiser.cjs', 'packages'], repository.dir)
  }
  let output = ''
  beforeAll(() => {
    output = cruise({ ...clean, ...Object.fromEntries(planted.map(([, path, statement]) => [path, `${statement}\nexport const a = 1\n`])) }).output
  })

  test('what the table allows passes', () => {
    const { 'packages/store/src/d.ts': _, ...allowed } = clean
    expect(cruise(allowed)).toMatchObject({ exitCode: 0 })
  })

  test.each(planted)('%s', (rule, path) => {
    expect(output).toContain(`error ${rule}: ${path} →`)
  })
})

test('unused code: a file nobody imports, an export nobody uses, a dependency nobody needs', () => {
  const manifest = {
    name: '@hindscope/store',
    version: '0.0.0',
    type: 'module',
    exports: { '.': './src/index.ts' },
    dependencies: { acorn: '8.19.0' },
  }
  using planted = plant(
    {
      'pnpm-workspace.yaml': 'packages:\n  - packages/*\n',
      'packages/store/package.json': JSON.stringify(manifest),
      'packages/store/src/index.ts': "import { used } from './used.ts'\nused()\n",
      'packages/store/src/used.ts': 'export const used = (): number => 1\nexport const unusedExport = 2\n',
      'packages/store/src/unused-file.ts': 'export const nobody = 1\n',
    },
    { nodeModules: 'linked' },
  )
  const { exitCode, output } = runTool('knip', ['--no-progress', '--no-config-hints', '--workspace', 'packages/store'], planted.dir)
  expect(exitCode).toBe(1)
  for (const finding of ['unused-file.ts', 'unusedExport', 'acorn']) expect(output).toContain(finding)
})

describe('types', () => {
  const check = (files: Files, config = 'tsconfig.json'): string => {
    using planted = plant(files, { nodeModules: 'linked' })
    return runTool('tsc', ['-p', config, '--noEmit'], planted.dir).output
  }

  test('a wrong type and an enum', () => {
    const output = check({ 'packages/store/src/a.ts': "export const a: number = 'one'\n", 'packages/store/src/b.ts': 'export enum B {\n  one,\n}\n' })
    for (const code of ['TS2322', 'TS1294']) expect(output).toContain(code)
  })

  test('an export whose type must be inferred', () => {
    expect(check({ 'packages/store/src/a.ts': 'export const a = () => Math.max(1)\n' })).toContain('TS9007')
  })

  test('the DOM in a package that runs without it', () => {
    // SAFE: our own file, with the options that the repository is checked with
    const { compilerOptions } = JSON.parse(readFileSync(join(ROOT, 'tests/architecture/tsconfig.dom-free.json'), 'utf8')) as {
      compilerOptions: object
    }
    const config = JSON.stringify({ extends: './tsconfig.json', compilerOptions, include: ['packages/*/src'] })
    const output = check(
      { 'packages/store/src/a.ts': 'export const a: string = document.title\n', 'tsconfig.dom-free.json': config },
      'tsconfig.dom-free.json',
    )
    expect(output).toContain("Cannot find name 'document'")
  })

  test('a config key that nobody reads', () => {
    const text = 'export interface HindscopeConfig { port: number; level: string; token: string }\n'
    const reader =
      "import type { HindscopeConfig } from './types.ts'\nexport const f = (c: Pick<HindscopeConfig, 'port' | 'token'>) => { const { token } = c; return [c.port, token] }\n"
    using planted = plant({ 'packages/store/src/types.ts': text, 'packages/store/src/reader.ts': reader }, { nodeModules: 'linked' })
    const files = ['types.ts', 'reader.ts'].map(name => join(planted.dir, 'packages/store/src', name))
    const program = ts.createProgram(files, {
      allowImportingTsExtensions: true,
      noEmit: true,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      module: ts.ModuleKind.ESNext,
      strict: true,
    })
    expect([...readProperties(program, 'HindscopeConfig')].sort()).toEqual(['port', 'token'])
  })
})

describe('conventions', () => {
  const file = (text: string) => ({ path: 'packages/store/src/a.ts', text })

  test('names that say nothing', () => {
    const good = ['src/database.ts', 'src/metadata-reader.ts', 'test/samples/x/data.js', 'docs/info.md']
    expect(bannedFileNames([...good, 'src/data.ts', 'src/query-utils.ts', 'src/Event-Handler.tsx'])).toEqual([
      'src/data.ts',
      'src/query-utils.ts',
      'src/Event-Handler.tsx',
    ])
  })

  test('a folder of an install or a build', () => {
    expect(installedOrBuilt(['playground/a/node_modules/.bin/vite', 'src/dist.ts', 'packages/a/dist/index.mjs', 'docs/distance.md'])).toHaveLength(2)
  })

  test('an error without a code', () => {
    expect(codelessThrows(file("f()\nthrow new Error('x')\nthrow TypeError('y')\nthrow new HindscopeError('id-malformed')\nthrow error\n"))).toEqual([
      'packages/store/src/a.ts:2',
      'packages/store/src/a.ts:3',
    ])
  })

  test('a function too long by itself, nested functions not counted', () => {
    const body = (count: number): string => '  void 0\n'.repeat(count)
    expect(longFunctions(file(`function f() {\n${body(79)}}\n`))).toEqual(['packages/store/src/a.ts:1 (81 lines)'])
    expect(longFunctions(file(`function create() {\n  return {\n    a: () => {\n${body(60)}    },\n    b() {\n${body(60)}    },\n  }\n}\n`))).toEqual(
      [],
    )
  })

  test('a swallowed error', () => {
    const text =
      'try { f() } catch {}\ntry { f() } catch (e) { /* fine */ }\ntry { f() } catch { /* SAFE: gone already */ }\ntry { f() } catch (e) { count(e) }\n'
    expect(silentCatches(file(text))).toEqual(['packages/store/src/a.ts:1', 'packages/store/src/a.ts:2'])
  })

  test('a link that leads nowhere', () => {
    const text = '[a](../b.md) [c](https://example.org/) [d](d.md#part)\n```\n[x](y)\n```\n'
    expect(brokenLinks({ path: 'docs/a.md', text }, path => path === 'docs/d.md')).toEqual(['docs/a.md → ../b.md'])
  })

  test('promises, machine paths, registries, unused messages', () => {
    expect(leftovers(file(`a\n// ${'TO'}DO later\n`))).toEqual(['packages/store/src/a.ts:2'])
    const traces = [
      `see ${'/wo'}rk/main/x`,
      `"${'/Us'}ers/ann/x"`,
      `https://${'regis'}try.example.org/a.tgz`,
      'src/work/main is fine',
      'https://example.org/',
    ]
    expect(machineTraces(file(traces.join('\n')))).toHaveLength(3)
    expect(unusedMessages(['used-code', 'dead-code'], [file("fail('used-code')")])).toEqual(['dead-code'])
  })
})

describe('tables of adapters', async () => {
  const inputs = await readInputs()
  const library = { adapter: 'shop', exports: ['default', 'open'] }
  const shop = (head: string | undefined): typeof inputs => ({
    ...inputs,
    page: 'before\n<!-- adapters: state -->\n<!-- end -->\nafter\n',
    libraries: { shop: library, 'shop/inner': library },
    heads: [['shop', head]],
    installed: [{ name: 'shop', version: '2.1.0' }],
    rows: ['plain', 'recorded'].map((level, i) => ({ variant: { library: 'shop', engine: 'node20', level }, figures: { us: { min: 1 + 2 * i } } })),
    operations: { shop: 'sale' },
  })
  const head = (versions: string, rest = ''): string =>
    `/**\n * A shop.\n *\n * @table state\n * @versions ${versions}\n * @told what\n *   is sold${rest}\n */`

  test('say what the adapter, the installation and the benchmark say', () => {
    expect(composePage(shop(head('2')))).toBe(
      'before\n<!-- adapters: state -->\n\n| library | versions tested | handed over | told | cost |\n| --- | --- | --- | --- | --- |\n' +
        '| shop | 2.1.0 | the module, `open` | what is sold | sale: 2.0 µs (Node 20) |\n\n<!-- end -->\nafter\n',
    )
  })

  test.each([
    ['a version without a test', head('2, 1'), 'states version 1'],
    ['a test of a version that is not stated', head('3'), 'version 3'],
    ['no head', undefined, 'does not say @table, @versions, @told'],
    ['a tag that is none', head('2', '\n * @lost much'), 'unknown @lost'],
    ['a table that the page has not', head('2').replace('state', 'shops'), 'no place for the tables: shops'],
  ])('%s is refused', (_, text, message) => {
    expect(() => composePage(shop(text))).toThrow(message)
  })

  test('a package that is tested in a version that nobody states is refused', () => {
    const planted = shop(head('2'))
    expect(() => composePage({ ...planted, installed: [...planted.installed, { name: 'shop', version: '1.0.0' }] })).toThrow(
      'does not state shop 1.0.0',
    )
  })

  test('a page that is stale differs', () => {
    expect(composePage({ ...inputs, operations: { ...inputs.operations, redux: 'another' } })).not.toBe(inputs.page)
    expect(composePage(inputs)).toBe(inputs.page)
  })
})
