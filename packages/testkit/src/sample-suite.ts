/**
 * Runs a tree of instrumentation samples: folders named after a corner of the language, with
 *
 *   input.mjs | input.cjs | input.js    the source: module, CommonJS, script (variant by extension)
 *   input.map                           optional: map of the input to its original
 *   _config.json                        optional: { "plan": …, "id": … }
 *   expected.<same extension>           the instrumented text
 *   expected.probes.txt                 one line a probe, with the original text it stands for; then one line a diagnostic
 *   expected.events.txt                 events of a run, one line each
 *
 * Samples report through `log(...)`. Each is checked in these ways: text, probes and events equal what is expected; the original comes
 * back by `restore`; no line is added; a second instrumentation is refused; inserted text uses no name but ours and those of the source;
 * and the program behaves the same plain, instrumented without a hook, and recorded. UPDATE_SAMPLES=1 writes the expected files.
 */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { probeLabel, sourceLines, textOfRange } from '@hindscope/protocol'
import type { Diagnostic, InstrumentationPlan, Probe, ProbeManifest } from '@hindscope/protocol'
import { describe, expect, test } from 'vitest'
import { runSample } from './sample-run.ts'
import type { SampleVariant } from './sample-run.ts'
import { dumpEvents } from './trace-dump.ts'

export interface SampleOptions {
  readonly id: string
  readonly sourceType: SampleVariant
  readonly plan: InstrumentationPlan
  readonly hook?: 'global'
  readonly inputMap?: string
}

/** What the suite tests; given by the test, so that this package depends on none of it. */
export interface SampleTools {
  instrument(
    code: string,
    options: SampleOptions,
  ): { readonly code: string; readonly manifest: ProbeManifest; readonly diagnostics: readonly Diagnostic[] }
  restore(code: string): string
  createRecorder(options: { readonly sink: 'memory' }): { install(globalObject: object): boolean; uninstall(): void; chunks(): readonly Uint8Array[] }
}

interface Sample {
  readonly dir: string
  readonly name: string
  readonly extension: 'mjs' | 'cjs' | 'js'
  readonly code: string
  readonly options: SampleOptions
}

const VARIANTS = { mjs: 'module', cjs: 'commonjs', js: 'script' } as const
const WORDS =
  /^(?:var|function|this|as|return|if|try|catch|finally|throw|void|import|from|require|globalThis|Symbol|for|hindscope|runtime|hook|\d+|[0-9a-f]{16}|__proto__|null|[a-z]|e[ic]|rc)$/

export function runSampleSuite(root: string, tools: SampleTools): void {
  for (const sample of findSamples(root)) describe(sample.name, () => testSample(sample, tools))
}

function findSamples(root: string): Sample[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /^input\.[mc]?js$/.test(entry.name))
    .map(({ parentPath: dir, name: file }) => {
      const extension = file.slice('input.'.length) as Sample['extension'] // SAFE: filtered above
      const name = relative(root, dir).replaceAll('\\', '/')
      const config = existsSync(join(dir, '_config.json'))
        ? (JSON.parse(readFileSync(join(dir, '_config.json'), 'utf8')) as Partial<SampleOptions>)
        : {}
      const map = join(dir, 'input.map')
      const inputMap = existsSync(map) ? { inputMap: readFileSync(map, 'utf8') } : {}
      const options: SampleOptions = {
        id: `${name}.${extension}`,
        plan: { level: 'statements' },
        sourceType: VARIANTS[extension],
        ...config,
        ...inputMap,
      }
      return { dir, name, extension, code: readFileSync(join(dir, file), 'utf8'), options }
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function testSample(sample: Sample, tools: SampleTools): void {
  const { code, options, extension } = sample
  const result = tools.instrument(code, options)

  test('has the expected text', () => expectFile(sample, `expected.${extension}`, result.code))
  test('has the expected probes and diagnostics', () => expectFile(sample, 'expected.probes.txt', probeText(result.manifest, result.diagnostics)))
  test('restores to the original, on the same lines', () => {
    expect(tools.restore(result.code)).toBe(code)
    expect(lines(result.code)).toBe(lines(code))
  })
  test('uses no name but its own', () => expect(foreignWords(code, result.code)).toEqual([]))
  test('refuses a second instrumentation', () => {
    const again = tools.instrument(result.code, options)
    expect(again.code).toBe(result.code)
    if (result.code !== code) expect(again.diagnostics.map(({ code: message }) => message)).toEqual(['instrument-already'])
  })
  test('behaves the same, without a hook and recorded, with the expected events', async () => {
    const global = tools.instrument(code, { ...options, hook: 'global' })
    const plain = await runSample(code, options.sourceType)
    expect(await runSample(global.code, options.sourceType)).toEqual(plain)
    const recorder = tools.createRecorder({ sink: 'memory' })
    try {
      const recorded = await runSample(global.code, options.sourceType, realm => recorder.install(realm))
      expect(recorded).toEqual(plain)
      expectFile(sample, 'expected.events.txt', `${dumpEvents(recorder.chunks(), { manifests: [global.manifest] })}\n`)
    } finally {
      recorder.uninstall()
    }
  })
}

function expectFile({ dir }: Sample, name: string, actual: string): void {
  const path = join(dir, name)
  const expected = existsSync(path) ? readFileSync(path, 'utf8') : `no ${name}: run with UPDATE_SAMPLES=1 and read it`
  if (withoutKey(actual) === withoutKey(expected)) return
  if (process.env['UPDATE_SAMPLES'] === '1') writeFileSync(path, actual)
  else expect(withoutKey(actual)).toBe(withoutKey(expected))
}

/** The module key is a hash over everything that shapes the text, so it says nothing that the text itself does not. */
const withoutKey = (text: string): string => text.replace(/\.m\("[0-9a-f]{16}"/g, '.m("<module key>"')

const lines = (text: string): number => text.split(/\r\n|[\n\r\u2028\u2029]/).length

/** Words of the inserted spans that are neither ours nor the source's. */
function foreignWords(code: string, output: string): string[] {
  const delimiter = code.includes('\v') ? '\f' : '\v'
  const spans = output.split(delimiter).filter((_, index) => index % 2 === 1)
  const own = /^\$h\d*(?:[LRBFVED]|[IOK]\d+)?$/
  const words = spans.flatMap(span => span.match(/[$\p{L}\p{N}_]+/gu) ?? [])
  return words.filter(word => !WORDS.test(word) && !own.test(word) && !code.includes(word))
}

function probeText({ probes, sources }: ProbeManifest, diagnostics: readonly Diagnostic[]): string {
  const rows = probes.map((probe, index) => {
    const { path, content } = sources[probe.source] ?? { path: '?', content: undefined }
    const file = sources.length > 1 || !content ? `${path} ` : ''
    const what = describeProbe(probe)
    const parent = probe.parent < 0 ? '' : ` in ${probe.parent}`
    return `${index} ${what} ${probe.level}${parent} ${file}at ${probe.range.join(' ')}: ${textOfRange(sourceLines(content ?? ''), probe.range).replaceAll('\n', '⏎')}`
  })
  return [...rows, ...diagnostics.map(d => `! ${d.severity} ${d.code} ${d.line}:${d.column} ${d.message}`), ''].join('\n')
}

function describeProbe(probe: Probe): string {
  switch (probe.kind) {
    case 'function':
      return `${probe.async ? 'async ' : ''}${probe.generator ? 'generator ' : ''}${probe.functionKind} ${probe.name}(${probe.params.join(', ')})`
    case 'write':
      return `write ${probe.declaration ? 'declaration ' : ''}${probe.name}${probe.binding < 0 ? '' : ` #${probe.binding}`}`
    case 'property-write':
      return `property-write ${probeLabel(probe)} ${probe.operator}${probe.before ? ' before' : ''}`
    case 'branch':
      return `branch ${probe.branch}${probe.operator === undefined ? '' : ` ${probe.operator}`}`
    case 'locals':
      return `locals at ${probe.at} ${probe.names.map((name, index) => `${name} #${probe.bindings[index]}`).join(', ')}`
    default:
      return probe.kind
  }
}
