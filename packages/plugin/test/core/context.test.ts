import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '@hindscope/protocol'
import { createBuildContext } from '../../src/core/context.ts'
import type { BuildContext } from '../../src/core/context.ts'
import { NO_MAP, incomingMap } from '../../src/core/incoming-map.ts'
import type { ModuleText } from '../../src/core/instrument-module.ts'
import { DEVELOPMENT } from '../../src/core/production.ts'
import { stripper } from '../../src/core/strip-types.ts'
import type { SourceMap } from '../../src/core/source-map.ts'
import type { HindscopeOptions } from '../../src/types.ts'
import { scratchProject } from '../scratch-project.ts'

const esbuild = stripper({})
const PRODUCTION = { isProduction: true, because: 'the test says so' }

function contextFor(options: HindscopeOptions = {}, mode = DEVELOPMENT): { context: BuildContext; root: string; problems: Diagnostic[]; run: Run } {
  const root = scratchProject()
  const context = createBuildContext('rollup', options)
  context.configure({ root, mode })
  const problems: Diagnostic[] = []
  const run: Run = (name, code, more = {}) =>
    context.transform(
      {
        id: join(root, name),
        code,
        incoming: NO_MAP,
        sourceType: 'unambiguous',
        stripWhen: 'when-refused',
        hookModule: 'the-hook',
        libraries: 'the-library-*',
        wantsMap: true,
        ...more,
      },
      problem => problems.push(problem),
    )
  return { context, root, problems, run }
}
type Run = (name: string, code: string, more?: Partial<ModuleText>) => ReturnType<BuildContext['transform']>

describe('a module', () => {
  it('gets probes, a hook import, and a manifest on disk', async () => {
    const { root, run, context } = contextFor()
    const probed = await run('src/a.js', 'export function f(x) { return x }')
    await context.finish()
    expect(probed?.code).toContain('"the-hook"')
    const [file] = readdirSync(join(root, '.hindscope/manifests')).filter(name => name.endsWith('.json'))
    const manifest = JSON.parse(readFileSync(join(root, '.hindscope/manifests', file ?? ''), 'utf8'))
    expect([manifest.id, manifest.probes[0].name]).toEqual(['src/a.js', 'f'])
    expect(readFileSync(join(root, '.hindscope/manifests/.gitignore'), 'utf8')).toBe('*\n')
  })

  it('requires the hook when it is CommonJS', async () => {
    const probed = await contextFor().run('a.js', 'exports.f = function () {}')
    expect(probed?.code).toMatch(/require\("the-hook"\)/)
  })

  it('has its types stripped only when JavaScript cannot be parsed from it', async () => {
    const { run } = contextFor()
    let strips = 0
    const counting: NonNullable<ModuleText['stripper']> = {
      key: esbuild.key,
      strip(code, path) {
        strips++
        return esbuild.strip(code, path)
      },
    }
    expect(await run('a.ts', 'export function f(x) { return x }', { stripper: counting })).toBeDefined()
    expect(strips).toBe(0)
    expect((await run('b.ts', 'export function f(x: number): number { return x }', { stripper: counting }))?.code).not.toContain('number')
    expect(strips).toBe(1)
  })

  it('that does not parse stays as it is, with one diagnostic that shows the place', async () => {
    const { run, problems, context } = contextFor()
    expect(await run('src/bad.js', 'export const a = 1\nexport const b = = 2\n')).toBeUndefined()
    expect(problems).toMatchObject([{ code: 'instrument-syntax', severity: 'warning', file: 'src/bad.js', line: 2 }])
    expect(problems[0]?.frame).toContain('export const b = = 2')
    expect(context.report()).toContain('1 FAILED')
  })

  it('whose types do not parse stays as it is, with the place', async () => {
    const { run, problems } = contextFor()
    expect(await run('bad.ts', 'let a: number\nlet b: = 2', { stripper: esbuild, stripWhen: 'always' })).toBeUndefined()
    expect(problems).toMatchObject([{ code: 'plugin-strip-failed', severity: 'warning', file: 'bad.ts', line: 2 }])
  })

  it('is fatal when it does not parse and strict is on', async () => {
    const { run, problems } = contextFor({ strict: true })
    await run('bad.js', 'export const b = = 2')
    expect(problems.map(problem => problem.severity)).toEqual(['error'])
  })

  it('survives a fault of ours untouched', async () => {
    const { run, problems } = contextFor()
    const strip = (): never => {
      throw new TypeError('broken')
    }
    expect(await run('a.ts', 'let x: number = 1', { stripper: { strip, key: () => '' }, stripWhen: 'always' })).toBeUndefined()
    expect(problems).toMatchObject([{ code: 'plugin-hook-failed', severity: 'warning', message: expect.stringContaining('broken') }])
  })
})

describe('the cache', () => {
  it('answers for the same text, and not for another level, map or hook', async () => {
    const code = `export function cached${process.pid}(x) { return x }`
    const map = { version: 3 as const, mappings: 'AAAA', names: [], sources: ['a.ts'], sourcesContent: ['x'] }
    const { run, context } = contextFor()
    const first = await run('a.js', code)
    const second = await run('a.js', code)
    expect(second?.code).toBe(first?.code)
    expect(context.report()).toContain('1 from cache')
    await run('a.js', code, { hookModule: 'other' })
    await run('a.js', code, { incoming: { original: undefined, read: () => map } })
    expect(context.report()).not.toContain('from cache')
    const other = contextFor({ level: 'calls' })
    await other.run('a.js', code)
    expect(other.context.report()).not.toContain('from cache')
  })
})

describe('the map of the text', () => {
  const code = 'export function mapped(x) { return x }'
  const mapTo = (sources: string[], sourcesContent: string[]): SourceMap => ({ version: 3, mappings: 'AAAA', names: [], sources, sourcesContent })

  function project(text: string): { path: string; run: (ask: () => unknown) => Promise<string> } {
    const { root, run, context } = contextFor()
    const path = join(root, 'mapped.ts')
    writeFileSync(path, text)
    return {
      path,
      async run(ask) {
        context.report()
        await run('mapped.ts', code, { incoming: incomingMap(code, path, ask) })
        return context.report()
      },
    }
  }

  it('is not asked for when the file and the text are known', async () => {
    const { run } = project('the original')
    let asked = 0
    const ask = (): SourceMap => {
      asked++
      return mapTo(['mapped.ts'], ['the original'])
    }
    await run(ask)
    expect(await run(ask)).toContain('1 from cache')
    expect(asked).toBe(1)
  })

  it('is asked for when the file has changed', async () => {
    const { run, path } = project('the original')
    await run(() => mapTo(['mapped.ts'], ['the original']))
    writeFileSync(path, 'another original')
    expect(await run(() => mapTo(['mapped.ts'], ['another original']))).not.toContain('from cache')
  })

  it('decides when it leads to other files too', async () => {
    const { run } = project('the original')
    const both = (other: string): SourceMap => mapTo(['mapped.ts', 'included.ts'], ['the original', other])
    await run(() => both('one'))
    expect(await run(() => both('one'))).toContain('1 from cache')
    expect(await run(() => both('two'))).not.toContain('from cache')
  })
})

describe('off', () => {
  it.each<[string, HindscopeOptions, typeof PRODUCTION, RegExp]>([
    ['enabled is false', { enabled: false }, DEVELOPMENT, /^hindscope: off, enabled is false/],
    ['the build is for production', {}, PRODUCTION, /^hindscope: off, production build \(the test says so\)/],
  ])('when %s: does nothing, writes nothing, and says why', async (_, options, mode, line) => {
    const { context, root, run } = contextFor(options, mode)
    expect(context.parts).toBeUndefined()
    expect(await run('a.js', 'export function f() {}')).toBeUndefined()
    expect(existsSync(join(root, '.hindscope'))).toBe(false)
    expect(context.report()).toMatch(line)
  })

  it('is overruled by production: true, loudly', async () => {
    const { context, run } = contextFor({ production: true }, PRODUCTION)
    expect(await run('a.js', 'export function f() {}')).toBeDefined()
    expect(context.report()).toMatch(/PROBES ARE IN THIS PRODUCTION BUILD/)
  })

  it('when another instance serves the build', () => {
    const context = createBuildContext('rollup', {})
    expect(context.refuse().code).toBe('plugin-twice')
    context.configure({ root: scratchProject(), mode: DEVELOPMENT })
    expect(context.parts).toBeUndefined()
  })
})
