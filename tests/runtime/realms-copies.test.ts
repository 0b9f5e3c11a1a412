/** Several copies of the runtime in one realm, realms that lack globals, and several environments in one process: one recorder each, or none. */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { describe, expect, onTestFinished, test } from 'vitest'
import hindscope from 'hindscope/esbuild'
import { realmLines, realmsIn } from './realms.ts'

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const RUNTIME = folder('../../packages/runtime/dist')

function project(): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'hindscope-copies-')))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  cpSync(folder('./apps/node-realms'), root, { recursive: true })
  mkdirSync(join(root, 'node_modules'))
  symlinkSync(folder('../../packages/plugin'), join(root, 'node_modules/hindscope'))
  return root
}

/** A bundle of the text with a runtime of its own. */
async function bundled(root: string, name: string, text: string, format: 'esm' | 'cjs' | 'iife' = 'cjs'): Promise<string> {
  writeFileSync(join(root, `${name}.src.mjs`), text)
  const outfile = join(root, `${name}.${format === 'esm' ? 'mjs' : 'cjs'}`)
  const plugins = [hindscope({ dataDir: join(root, '.hindscope'), production: true })]
  await build({ entryPoints: [join(root, `${name}.src.mjs`)], outfile, bundle: true, format, platform: 'node', absWorkingDir: root, plugins })
  return outfile
}

function node(root: string, args: readonly string[]): string {
  const { HINDSCOPE_URL: _url, NODE_ENV: _mode, ...env } = process.env
  return execFileSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...env, HINDSCOPE_DIR: join(root, '.hindscope'), NODE_NO_WARNINGS: '1' },
  })
}
const recorded = (root: string): string[] => (existsSync(join(root, '.hindscope')) ? realmLines(realmsIn(join(root, '.hindscope'))) : [])

describe('several copies', () => {
  test('a program of modules and scripts has one recorder', () => {
    const root = project()
    expect(node(root, ['--import', 'hindscope/register', 'both.mjs'])).toBe('worked in a module worked in a script\n')
    expect(recorded(root)).toEqual(['node: "worked in a module", "worked in a script"'])
  })

  test('bundles with a runtime each have one recorder', async () => {
    const root = project()
    await bundled(root, 'one', `import { work } from './work.mjs'; console.log(work('the first'))`)
    await bundled(root, 'two', `import { work } from './work.mjs'; console.log(work('the second'))`, 'esm')
    expect(node(root, ['-e', `require('./one.cjs'); import('./two.mjs')`])).toBe('worked in the first\nworked in the second\n')
    expect(recorded(root)).toEqual(['node: "worked in the first", "worked in the second"'])
  })

  test('a copy with another version of the hook stays silent, and the recorder says so', async () => {
    const root = project()
    await bundled(root, 'one', `import { work } from './work.mjs'; console.log(work('the first'))`)
    // The built runtime, one version on.
    cpSync(RUNTIME, join(root, 'next'), { recursive: true })
    for (const name of readdirSync(join(root, 'next')).filter(file => file.startsWith('hook-object') && file.endsWith('.mjs'))) {
      const text = readFileSync(join(root, 'next', name), 'utf8')
      const next = text.replace(/(\babi: |\bversion: |\bversion === |\babi === |refused\?\.\()1\b/g, '$12')
      expect(next.length - next.replaceAll('2', '').length - (text.length - text.replaceAll('2', '').length)).toBe(5)
      writeFileSync(join(root, 'next', name), next)
    }
    const use = `import { h } from './next/hook.mjs'; import { start } from './next/start.mjs'
      console.log(start() === undefined, h.version, h.e(h.m('00000000000000aa', '3')[0], 1, 'x'), h.r(0, 'second'))`
    writeFileSync(join(root, 'two.mjs'), use)
    expect(node(root, ['-e', `require('./one.cjs'); import('./two.mjs')`])).toBe('worked in the first\ntrue 2 0 second\n')
    const realms = realmsIn(join(root, '.hindscope'))
    expect(realmLines(realms)).toEqual(['node: "worked in the first"'])
    expect(realms[0]?.lines.filter(line => line.startsWith('trace-control'))).toEqual([
      'trace-control → {operation: "hook-refused", reason: "hook version 2"}',
    ])
  })
})

describe('contexts of node:vm', () => {
  const IN_CONTEXT = (globals: string, times = 1): string => `
    const vm = require('node:vm'), fs = require('node:fs')
    const code = fs.readFileSync('./one.cjs', 'utf8')
    const context = vm.createContext({ ${globals} })
    for (let i = 0; i < ${times}; i++) vm.runInContext('(function (require, module, exports) {' + code + '})', context)(require, { exports: {} }, {})`
  const ONE = `import { work } from './work.mjs'; console.log(work('a context'), globalThis.process === undefined)`

  test('a context with little more than a console records as what it is', async () => {
    const root = project()
    await bundled(root, 'one', ONE)
    expect(node(root, ['-e', IN_CONTEXT('console, process')])).toBe('worked in a context false\n')
    expect(recorded(root)).toEqual(['vm: "worked in a context"'])
  })

  test('a program whose modules are reset keeps its recorder', async () => {
    const root = project()
    await bundled(root, 'one', ONE)
    expect(node(root, ['-e', IN_CONTEXT('console, process, setTimeout, queueMicrotask, performance', 2)])).toBe(
      'worked in a context false\n'.repeat(2),
    )
    expect(recorded(root)).toEqual(['vm: "worked in a context", "worked in a context"'])
  })

  test('contexts beside each other and the thread around them have a recorder each', async () => {
    const root = project()
    await bundled(root, 'one', ONE)
    const both = `require('./one.cjs'); ${IN_CONTEXT('console, process')}; { ${IN_CONTEXT('console, process')} }`
    expect(node(root, ['-e', both])).toBe('worked in a context false\n'.repeat(3))
    expect(recorded(root)).toEqual(['node: "worked in a context"', 'vm: "worked in a context"', 'vm: "worked in a context"'])
  })

  test('a bare context runs the program and records nothing', async () => {
    const root = project()
    await bundled(root, 'one', ONE)
    expect(node(root, ['-e', IN_CONTEXT('console')])).toBe('worked in a context true\n')
    expect(recorded(root)).toEqual([])
  })
})

test("the environments of one Vite server share their process's recorder", () => {
  const root = project()
  symlinkSync(folder('../../node_modules/vite'), join(root, 'node_modules/vite'))
  writeFileSync(join(root, 'entry.js'), `import { work } from './work.mjs'\nexport const answer = work('a server')\n`)
  const script = `
    import { createRunnableDevEnvironment, createServer } from 'vite'
    import hindscope from 'hindscope/vite'
    const createEnvironment = (name, config) => createRunnableDevEnvironment(name, config)
    const server = await createServer({ root: ${JSON.stringify(root)}, configFile: false, logLevel: 'silent', appType: 'custom',
      server: { middlewareMode: true, ws: false }, plugins: [hindscope({ dataDir: '.hindscope' })],
      environments: { ssr: {}, other: { consumer: 'server', dev: { createEnvironment } } } })
    for (const name of ['ssr', 'other']) console.log((await server.environments[name].runner.import('/entry.js')).answer)
    await new Promise(resolve => setTimeout(resolve, 300))
    await server.close()`
  writeFileSync(join(root, 'serve.mjs'), script)
  expect(node(root, ['serve.mjs'])).toMatch(/worked in a server\nworked in a server\n/)
  expect(recorded(root)).toEqual(['node: "worked in a server", "worked in a server"'])
  expect(pathToFileURL(root).protocol).toBe('file:')
})
