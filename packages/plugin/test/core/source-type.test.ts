import { expect, it } from 'vitest'
import { detectSourceType } from '../../src/core/source-type.ts'

it.each([
  ['import x from "y"', 'a.js', 'module'],
  ['export {}', 'a.js', 'module'],
  ['console.log(import.meta.url)', 'a.js', 'module'],
  ['module.exports = 1 // export', 'a.js', 'commonjs'],
  ['const t = `\nexport const x = 1`; exports.t = t', 'a.js', 'commonjs'],
  ['import("x")', 'a.js', 'commonjs'],
  ['console.log(1)', 'a.js', 'commonjs'],
  ['console.log(1)', 'a.mjs', 'module'],
  ['export {}', 'a.cjs', 'commonjs'],
  ['export default }', 'a.js', 'module'],
])('%j in %s is %s', (code, path, expected) => {
  expect(detectSourceType(code, path)).toBe(expected)
})
