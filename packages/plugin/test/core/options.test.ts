import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { HindscopeError } from '@hindscope/protocol'
import { checkOptions, resolveOptions } from '../../src/core/options.ts'
import type { HindscopeOptions } from '../../src/types.ts'
import { scratchProject } from '../scratch-project.ts'

const codeOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    return error instanceof HindscopeError ? `${error.code}: ${error.message}` : String(error)
  }
  return 'no error'
}

describe('layers', () => {
  it('rank defaults below the config file, that below plugin options, those below the environment', () => {
    const root = scratchProject({ 'hindscope.config.mjs': `export default { level: 'count', port: 1, maxDepth: 1 }` })
    const { config } = resolveOptions(root, { port: 2, level: 'calls' }, { HINDSCOPE_LEVEL: 'off' })
    expect([config.level, config.port, config.maxDepth, config.maxWidth]).toEqual(['off', 2, 1, 32])
  })

  it('reads a TypeScript config file that imports another file', () => {
    const root = scratchProject({
      'hindscope.config.ts': `import { depth } from './limits.ts'\nconst config: { maxDepth: number } = { maxDepth: depth as number }\nexport default config`,
      'limits.ts': `export const depth: number = 7`,
    })
    expect(resolveOptions(root, {}, {}).config.maxDepth).toBe(7)
  })

  it('resolves the data folder against the root', () => {
    const root = scratchProject()
    expect(resolveOptions(root, {}, {}).dataDir).toBe(join(root, '.hindscope'))
  })
})

describe('mistakes', () => {
  it('names an unknown key of the plugin options and the nearest known one', () => {
    expect(codeOf(() => checkOptions({ exlude: ['x'] } as HindscopeOptions))).toMatch(/^config-unknown-key.*"exlude" in plugin options.*"exclude"/)
  })

  it('names the file of an unknown key', () => {
    const root = scratchProject({ 'hindscope.config.js': `module.exports = { levl: 'off' }` })
    expect(codeOf(() => resolveOptions(root, {}, {}))).toMatch(/^config-unknown-key.*hindscope\.config\.js/)
  })

  it.each([
    ['a syntax error', 'export default {', /config-file-failed.*hindscope\.config\.mjs/],
    ['a throw', 'throw new Error("disk on fire")', /config-file-failed.*disk on fire/],
    ['no object', 'export default 7', /config-file-failed.*not an object/],
  ])('says what is wrong with a config file that has %s', (_, text, message) => {
    const root = scratchProject({ 'hindscope.config.mjs': text })
    expect(codeOf(() => resolveOptions(root, {}, {}))).toMatch(message)
  })
})

describe('hash', () => {
  it('changes with what is emitted, not with where events go', () => {
    const root = scratchProject()
    const hash = (options: HindscopeOptions): string => resolveOptions(root, options, {}).hash
    expect(hash({ port: 9 })).toBe(hash({}))
    expect(hash({ level: 'calls' })).not.toBe(hash({}))
    expect(hash({ redact: ['pin'] })).not.toBe(hash({}))
  })
})
