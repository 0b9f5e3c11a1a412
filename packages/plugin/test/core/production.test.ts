import { describe, expect, it } from 'vitest'
import { esbuildMode, rollupMode, viteMode, webpackMode } from '../../src/core/production.ts'

describe('a production build is', () => {
  it.each([
    ['serve', 'development', false, false],
    ['serve', 'production', true, false],
    ['build', 'production', true, true],
    ['build', 'production', false, true],
    ['build', 'staging', true, true],
    ['build', 'development', true, false],
    ['build', 'test', true, false],
  ])('vite %s in mode %s with isProduction %s: %s', (command, mode, isProduction, expected) => {
    expect(viteMode({ command, mode, isProduction }).isProduction).toBe(expected)
  })

  it.each([
    ['production', {}, true],
    [undefined, {}, true],
    ['development', {}, false],
    ['development', { NODE_ENV: 'production' }, true],
    ['none', {}, false],
  ])('webpack or rspack in mode %s with %o: %s', (mode, env, expected) => {
    expect(webpackMode(mode, env).isProduction).toBe(expected)
  })

  it('Rollup and Rolldown with NODE_ENV', () => {
    expect([rollupMode({}).isProduction, rollupMode({ NODE_ENV: 'production' }).isProduction]).toEqual([false, true])
  })

  it('esbuild with NODE_ENV, minify, or NODE_ENV defined for the program', () => {
    expect(esbuildMode({}, {}).isProduction).toBe(false)
    expect(esbuildMode({}, { NODE_ENV: 'production' }).isProduction).toBe(true)
    expect(esbuildMode({ minify: true }, {}).isProduction).toBe(true)
    expect(esbuildMode({ define: { 'process.env.NODE_ENV': '"production"' } }, {}).isProduction).toBe(true)
  })
})
