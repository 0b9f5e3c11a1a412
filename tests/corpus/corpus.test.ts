/**
 * The invariants of insertion over real packages: the original comes back byte for byte, no line is added, and the output parses.
 * Level `statements` inserts the most.
 */
import { readFileSync, readdirSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, extname, join, relative } from 'node:path'
import { Script, compileFunction } from 'node:vm'
import { expect, test } from 'vitest'
import { parseAst } from 'rollup/parseAst'
import { instrument, restore } from '@hindscope/instrument'
import type { InstrumentResult, SourceType } from '@hindscope/instrument'

const PACKAGES = ['react-dom', 'vue', 'lodash-es', 'typescript', 'rollup'] as const
const MIN_FILES = 600
const require = createRequire(import.meta.url)

interface CorpusFile {
  readonly path: string
  readonly name: string
  readonly isModule: boolean
}

function corpusOf(packageName: string): CorpusFile[] {
  const manifest = realpathSync(require.resolve(`${packageName}/package.json`))
  const root = dirname(manifest)
  const type = (JSON.parse(readFileSync(manifest, 'utf8')) as { type?: string }).type
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /\.[cm]?js$/.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name))
    .filter(path => !relative(root, path).includes('node_modules'))
    .map(path => ({
      path,
      name: `${packageName}/${relative(root, path)}`,
      isModule: extname(path) === '.mjs' || (extname(path) === '.js' && type === 'module'),
    }))
}

/** Extension and package type say what a file is, except for browser builds; the first source type that parses is the one. */
function instrumentAs(code: string, file: CorpusFile): { result: InstrumentResult; sourceType: SourceType } {
  const order: SourceType[] = file.isModule ? ['module', 'commonjs', 'script'] : ['commonjs', 'module', 'script']
  const attempts = order.map(sourceType => ({
    sourceType,
    run: () => instrument(code, { id: file.name, sourceType, plan: { level: 'statements' } }),
  }))
  let first: { result: InstrumentResult; sourceType: SourceType } | undefined
  for (const { sourceType, run } of attempts) {
    const result = run()
    first ??= { result, sourceType }
    if (!result.diagnostics.some(({ code: message }) => message === 'instrument-syntax')) return { result, sourceType }
  }
  if (!first) throw new TypeError('no source type to try')
  return first
}

/** With parsers that are not the one `instrument` uses: V8's for scripts and function bodies, SWC's for modules. */
function parseIndependently(code: string, sourceType: SourceType): void {
  const text = code.replace(/^#!/, '//')
  if (sourceType === 'module') parseAst(text)
  else if (sourceType === 'commonjs') compileFunction(text, ['exports', 'require', 'module', '__filename', '__dirname'])
  else new Script(text)
}

const countLines = (text: string): number => text.match(/\r\n|[\n\r\u2028\u2029]/g)?.length ?? 0

let files = 0
let probes = 0

test.each(PACKAGES)('%s comes back byte for byte, on the same lines, and parses', { timeout: 170_000 }, packageName => {
  const problems: string[] = []
  for (const file of corpusOf(packageName)) {
    files++
    const code = readFileSync(file.path, 'utf8')
    const { result, sourceType } = instrumentAs(code, file)
    probes += result.manifest.probes.length
    if (restore(result.code) !== code) problems.push(`${file.name}: restore does not give the original`)
    if (countLines(result.code) !== countLines(code)) problems.push(`${file.name}: lines were added`)
    if (result.code === code) {
      if (result.manifest.probes.length > 0) problems.push(`${file.name}: probes in a manifest, but none in the text`)
      continue
    }
    try {
      parseIndependently(result.code, sourceType)
    } catch (error) {
      problems.push(`${file.name}: output does not parse as ${sourceType}: ${String(error)}`)
    }
  }
  expect(problems).toEqual([])
})

test('the corpus is as large as it should be, and probed', () => {
  expect(files).toBeGreaterThan(MIN_FILES)
  expect(probes).toBeGreaterThan(10 * MIN_FILES)
})

test('a file that does not parse passes through with a diagnostic', () => {
  const code = 'const half = ('
  const result = instrument(code, { id: 'half.js' })
  expect(result.code).toBe(code)
  expect(result.diagnostics.map(({ code: message, line }) => [message, line])).toEqual([['instrument-syntax', 1]])
})
