import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ID_FILTER, createFilter } from '../../src/core/filter.ts'
import { ownPackageDirs } from '../../src/core/runtime-files.ts'
import { scratchProject } from '../scratch-project.ts'

const filterOf = (root: string, include: string[] = [], exclude = ['**/node_modules/**']) =>
  createFilter({ root, dataDir: join(root, '.hindscope'), cacheDir: join(root, '.made'), include, exclude })

describe('own code', () => {
  it.each([
    ['src/a.ts', undefined],
    ['src/a.tsx', undefined],
    ['a.mjs', undefined],
    ['a.cjs?v=1', undefined],
    ['App.vue', undefined],
    ['App.vue?vue&type=script&setup=true&lang.ts', undefined],
    ['App.vue?vue&type=template&id=1', 'asset-query'],
    ['App.vue?vue&type=style&index=0&lang.css', 'asset-query'],
    ['Card.svelte', undefined],
    ['Card.svelte?svelte&type=style&lang.css', 'asset-query'],
    ['worker.ts?worker_file&type=module', undefined],
    ['worker.ts?worker', 'asset-query'],
    ['worker.ts?sharedworker&inline', 'asset-query'],
    ['a.ts?raw', 'asset-query'],
    ['a.js?url', 'asset-query'],
    ['a.css', 'language'],
    ['a.json', 'language'],
    ['a.d.ts', 'language'],
    ['types.d.mts', 'language'],
    ['index.html?html-proxy&index=0.js', 'language'],
    ['node_modules/lib/index.js', 'dependency'],
    ['.made/deps/react.js', 'dependency'],
    ['.hindscope/hook/x.mjs', 'hindscope'],
  ])('%s → %s', (name, reason) => {
    const root = scratchProject()
    expect(filterOf(root)(join(root, name))).toBe(reason)
  })

  it('knows virtual ids by their null character or scheme', () => {
    const filter = filterOf(scratchProject())
    expect([filter('\0commonjsHelpers.js'), filter('virtual:hindscope/hook'), filter('data:text/javascript,1')]).toEqual([
      'virtual',
      'virtual',
      'virtual',
    ])
  })

  it('ends at the project, or at its workspace', () => {
    const root = scratchProject({ 'package.json': '{ "workspaces": ["packages/*"] }', 'packages/app/package.json': '{}' })
    const other = scratchProject()
    const filter = filterOf(join(root, 'packages/app'))
    expect(filter(join(root, 'packages/lib/index.ts'))).toBeUndefined()
    expect(filter(join(other, 'index.ts'))).toBe('outside')
  })

  it('never holds Hindscope itself, even when asked', () => {
    const filter = filterOf(scratchProject(), ['**'], [])
    for (const dir of ownPackageDirs()) expect(filter(join(dir, 'index.js'))).toBe('hindscope')
  })

  it('leaves scripts alone that a dev server serves to classic workers', () => {
    const root = scratchProject()
    const filter = filterOf(root, [], [])
    expect(filter(`${join(root, 'src/worker.js')}?worker_file&type=classic`)).toBe('classic-worker')
    expect(filter(`${join(root, 'src/worker.js')}?worker_file&type=module`)).toBeUndefined()
  })

  it('never holds node_modules only because exclude was replaced', () => {
    const root = scratchProject()
    expect(filterOf(root, [], ['src/generated/**'])(join(root, 'node_modules/lib/index.js'))).toBe('dependency')
  })
})

describe('globs', () => {
  it('are relative to the root', () => {
    const root = scratchProject()
    const filter = filterOf(root, ['src/**'], ['src/generated/**', '**/*.test.ts'])
    expect(filter(join(root, 'src/a.ts'))).toBeUndefined()
    expect(filter(join(root, 'lib/a.ts'))).toBe('not-included')
    expect(filter(join(root, 'src/generated/a.ts'))).toBe('excluded')
    expect(filter(join(root, 'src/deep/a.test.ts'))).toBe('excluded')
  })

  it('may lead out of the root', () => {
    const root = scratchProject({ 'app/package.json': '{}' })
    expect(filterOf(join(root, 'app'), ['../shared/**'])(join(root, 'shared/a.ts'))).toBeUndefined()
  })
})

describe('the native filter', () => {
  it('lets everything through that gets probes', () => {
    const passes = (id: string): boolean =>
      ID_FILTER.include.some(pattern => pattern.test(id)) && !ID_FILTER.exclude.some(pattern => pattern.test(id))
    for (const id of ['/p/a.ts', '/p/App.vue?vue&type=script', '/p/a.js?v=2', '/p/w.ts?worker_file&type=module'])
      expect([id, passes(id)]).toEqual([id, true])
    for (const id of ['/p/a.css', '\0/p/a.js', '/p/a.ts?raw', '/p/a.ts?worker&inline']) expect([id, passes(id)]).toEqual([id, false])
  })
})
