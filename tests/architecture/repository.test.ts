/** The rules over this repository. planted-violations.test.ts shows that each of them can fail. */
import { spawnSync } from 'node:child_process'
import { existsSync, lstatSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { CONFIG_KEYS } from '@hindscope/protocol'
import ts from 'typescript'
import { beforeAll, describe, expect, test } from 'vitest'
import { alias } from '../../alias.ts'
import { MESSAGES } from '../../packages/protocol/src/messages.ts'
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
import type { SourceText } from './conventions.ts'
import { ROOT, runTool } from './tools.ts'

const BINARY = /\.(png|ico|woff2?|gz|hscope|wasm)$/

function repositoryPaths(): string[] {
  const git = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' })
  expect(git.status, git.stderr).toBe(0)
  return git.stdout.split('\n').filter(path => path !== '' && (lstatSync(join(ROOT, path), { throwIfNoEntry: false })?.isFile() ?? false))
}

const paths = repositoryPaths()
const read = (path: string): SourceText => ({ path, text: readFileSync(join(ROOT, path), 'utf8') })
const sources: readonly SourceText[] = paths.filter(path => /^packages\/[^/]+\/src\/.*\.(ts|tsx|mts|mjs)$/.test(path)).map(read)
const published = sources.filter(({ path }) => !path.startsWith('packages/testkit/'))

describe('tools', () => {
  test.each([
    ['oxlint', ['--deny-warnings', 'packages', 'playground', 'tests', 'bench', 'scripts']],
    ['oxfmt', ['--check']],
    ['depcruise', ['--config', '.dependency-cruiser.cjs', '--output-type', 'err-long', 'packages']],
    ['knip', ['--no-progress', '--no-config-hints']],
    ['tsc', ['-p', 'tests/architecture/tsconfig.dom-free.json', '--noEmit']],
    ['node', ['scripts/build-messages.mjs', '--check']],
    ['node', ['scripts/transparency.mjs', '--check']],
    ['node', ['scripts/adapter-tables.mjs', '--check']],
  ] as const)('%s %j finds nothing', (tool, args) => {
    const run = runTool(tool, args)
    expect(run.output.slice(0, 20_000) || run.exitCode).toSatisfy(() => run.exitCode === 0)
  })
})

describe('types', () => {
  let program: ts.Program
  beforeAll(() => {
    const parsed = ts.getParsedCommandLineOfConfigFile(join(ROOT, 'tsconfig.json'), undefined, {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: () => undefined,
    })
    expect(parsed).toBeDefined()
    program = ts.createProgram(parsed?.fileNames ?? [], parsed?.options ?? {})
  })

  test('tsc finds nothing', () => {
    const host = { getCanonicalFileName: (name: string) => name, getCurrentDirectory: () => ROOT, getNewLine: () => '\n' }
    expect(ts.formatDiagnostics(ts.getPreEmitDiagnostics(program), host)).toBe('')
  })

  test('every config key is read by somebody', () => {
    const readKeys = readProperties(program, 'HindscopeConfig')
    expect(Object.keys(CONFIG_KEYS).filter(key => !readKeys.has(key))).toEqual([])
  })
})

describe('conventions', () => {
  test('file names say what is inside', () => {
    expect(bannedFileNames(paths)).toEqual([])
  })

  test('nothing installed or built is under version control', () => {
    expect(installedOrBuilt(paths)).toEqual([])
  })

  test('every error thrown has a code', () => {
    expect(published.flatMap(codelessThrows)).toEqual([])
  })

  test('no error is swallowed without a reason', () => {
    expect(sources.flatMap(silentCatches)).toEqual([])
  })

  test('functions fit on a screen or two', () => {
    expect(sources.flatMap(file => longFunctions(file))).toEqual([])
  })

  test('no promises in comments', () => {
    expect(sources.flatMap(leftovers)).toEqual([])
  })

  test('no machine and no registry is named in a tracked file', () => {
    expect(paths.filter(path => !BINARY.test(path) && !path.includes('/samples/')).flatMap(path => machineTraces(read(path)))).toEqual([])
  })

  test('the lockfile names versions and hashes, not tarball addresses', () => {
    expect(readFileSync(join(ROOT, 'pnpm-lock.yaml'), 'utf8')).not.toMatch(/tarball:|https?:\/\//)
  })

  test('links of documents lead somewhere', () => {
    const documents = paths.filter(path => path.endsWith('.md') && !path.includes('/samples/')).map(read)
    expect(documents.flatMap(file => brokenLinks(file, path => existsSync(join(ROOT, path))))).toEqual([])
  })

  test('every message is used', () => {
    const users = sources.filter(({ path }) => path !== 'packages/protocol/src/messages.ts')
    expect(unusedMessages(Object.keys(MESSAGES), users)).toEqual([])
  })
})

test('alias.ts and the paths of tsconfig.json name the same sources', () => {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), path => ts.sys.readFile(path)) as {
    config: { compilerOptions: { paths: Record<string, string[]> } }
  }
  const fromAlias = Object.fromEntries(Object.entries(alias).map(([name, path]) => [name, [`./${relative(ROOT, path).replace(/\.mjs$/, '.d.mts')}`]]))
  expect(config.compilerOptions.paths).toMatchObject(fromAlias)
  const ours = Object.keys(config.compilerOptions.paths).filter(name => name.startsWith('@hindscope/'))
  expect(ours.filter(name => !(name in alias))).toEqual([])
})
