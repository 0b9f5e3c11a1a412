import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { redirectSpecifier, typescriptFileFor } from '../../src/node/resolve.ts'
import { scratchProject } from '../scratch-project.ts'

it('takes a TypeScript file for the JavaScript file that is not there', () => {
  const root = scratchProject({ 'a.ts': '', 'b.js': '', 'b.ts': '', 'c.mts': '', 'd.tsx': '' })
  const names = ['a.js', 'b.js', 'c.mjs', 'd.jsx', 'd.js', 'e.js', 'a.ts']
  expect(names.map(name => typescriptFileFor(join(root, name))?.slice(root.length + 1))).toEqual([
    'a.ts',
    undefined,
    'c.mts',
    'd.tsx',
    'd.tsx',
    undefined,
    undefined,
  ])
})

it('leaves bare specifiers alone and keeps queries', () => {
  const root = scratchProject({ 'a.ts': '' })
  const parent = pathToFileURL(join(root, 'main.ts')).href
  expect(redirectSpecifier('lodash/a.js', parent)).toBe('lodash/a.js')
  expect(redirectSpecifier('./a.js?x=1', parent)).toBe('./a.ts?x=1')
  expect(redirectSpecifier(pathToFileURL(join(root, 'a.js')).href, parent)).toBe(pathToFileURL(join(root, 'a.ts')).href)
  expect(redirectSpecifier('./none.js', parent)).toBe('./none.js')
})
