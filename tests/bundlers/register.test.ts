/** `node --import hindscope/register`: plain Node, both module systems, with and without types, on the oldest and the newest Node. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { ActivityType, probeLabel } from '@hindscope/protocol'
import { SHARED } from './builds.ts'
import { manifestsOf, recordedCalls, recordedEvents, run, scratchDir, stackLines } from './recording.ts'

const node24 = execFileSync('npx', ['-y', '-p', 'node@24', 'node', '-p', 'process.execPath'], { encoding: 'utf8' }).trim().split('\n').at(-1) ?? ''
const NODES = [
  ['this Node', process.execPath],
  ['Node 24', node24],
] as const

/** A project that has hindscope installed. */
function project(files: Readonly<Record<string, string>>): { root: string; dataDir: string } {
  const root = scratchDir()
  mkdirSync(join(root, 'node_modules'))
  symlinkSync(fileURLToPath(new URL('../../packages/plugin', import.meta.url)), join(root, 'node_modules/hindscope'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  return { root, dataDir: join(root, '.hindscope') }
}

/** The call or activity at which the chain of `call` begins. */
function rootOf(events: ReturnType<typeof recordedEvents>, call: number): number {
  const link = events.find(event => event.call === call && (event.kind === 'call-enter' || event.kind === 'activity-start'))?.link ?? 0
  return link === 0 ? call : rootOf(events, link)
}

const CALLS = readFileSync(new URL('./expected-calls.txt', import.meta.url), 'utf8')
const RECORDED = ['--import', 'hindscope/register']

const COMMON_MAIN = `const { total } = require('./total')
const lazy = require('./lazy.cjs')

async function main() {
  console.log('total', await total([1, 2, 3]), lazy.name)
  return null.x
}
main().catch(error => console.error(error.stack))
`
const COMMON = {
  'main.js': COMMON_MAIN,
  'total.js': `exports.total = async function total(xs) {\n  return xs.reduce((a, b) => a + b, 0)\n}\n`,
  'lazy.cjs': `module.exports = { get name() { return name() } }\nfunction name() { return __filename.split('/').pop() }\n`,
}

describe.each(NODES)('%s', (_, node) => {
  it('runs TypeScript and TSX modules and records what the builds record', async () => {
    const { root, dataDir } = project({ 'package.json': '{ "type": "module" }' })
    cpSync(join(SHARED, 'src'), join(root, 'src'), { recursive: true })
    const { stdout, stderr, code } = await run([...RECORDED, 'src/main.ts'], { dataDir, cwd: root, node })
    expect(stdout).toContain("TypeError: Cannot read properties of undefined (reading 'percent')")
    expect(stackLines(stderr)).toEqual(['coupons.ts:16', 'main.ts:13', 'main.ts:20'])
    expect(recordedCalls(dataDir).join('\n')).toBe(CALLS.trimEnd())
    expect(code).toBe(0)
  })

  it('records CommonJS, with the lines of the plain run', async () => {
    const { root, dataDir } = project(COMMON)
    const plain = await run(['main.js'], { dataDir, cwd: root, node })
    const probed = await run([...RECORDED, 'main.js'], { dataDir, cwd: root, node })
    expect(probed.stdout).toBe(plain.stdout)
    expect(plain.stdout).toBe('total 6 lazy.cjs\n')
    expect(stackLines(probed.stderr)).toEqual(stackLines(plain.stderr))
    expect(recordedCalls(dataDir)).toEqual(
      expect.arrayContaining(['call-enter total([1, 2, 3])', 'call-return total → 6', 'call-return name → "lazy.cjs"']),
    )
  })

  it('keeps calls with their request where a library waits for the body', async () => {
    const { root, dataDir } = project({
      'package.json': '{ "type": "module" }',
      'node_modules/lib/package.json': '{ "name": "lib", "type": "module", "exports": "./index.js" }',
      'node_modules/lib/index.js': `export const body = handle => (request, response) => {
  let text = ''
  request.on('data', part => (text += part))
  request.on('end', () => handle(text, response))
}
export const wait = async callback => { await new Promise(resolve => setImmediate(resolve)); await null; return callback() }
`,
      'app.js': `import { createServer } from 'node:http'
import { body, wait } from 'lib'
function answer(text, response) { void wait(() => later(text, response)) }
function later(text, response) { response.end(text.toUpperCase()) }
const server = createServer(body(answer)).listen(0, '127.0.0.1', async () => {
  const { port } = server.address()
  const replies = await Promise.all(['a', 'b', 'c'].map(text => post(port, text)))
  console.log(replies.join())
  server.close()
})
async function post(port, text) {
  const response = await fetch('http://127.0.0.1:' + port, { method: 'POST', body: text })
  return await response.text()
}
`,
    })
    const { stdout } = await run([...RECORDED, 'app.js'], { dataDir, cwd: root, node })
    expect(stdout).toBe('A,B,C\n')
    const events = recordedEvents(dataDir)
    const rootsOf = (name: string): unknown[] =>
      events.filter(event => event.kind === 'call-enter' && event.name === name).map(event => rootOf(events, event.call))
    const requests = events.filter(event => event.kind === 'activity-start' && event.extra === ActivityType.httpServer).map(event => event.call)
    expect(requests).toHaveLength(3)
    expect(rootsOf('answer').toSorted()).toEqual(requests)
    // Before Node 24 a context that crosses awaits of code without probes is too dear; there `later` is a root.
    if (node !== process.execPath) expect(rootsOf('later').toSorted()).toEqual(requests)
    else expect(rootsOf('later')).toHaveLength(3)
  })

  it('records plain modules, and CommonJS that they import', async () => {
    const { root, dataDir } = project({
      ...COMMON,
      'app.mjs': `import { total } from './total.js'\nexport function run() { return total([4, 5]) }\nconsole.log(await run())\n`,
    })
    const { stdout } = await run([...RECORDED, 'app.mjs'], { dataDir, cwd: root, node })
    expect(stdout).toBe('9\n')
    expect(recordedCalls(dataDir)).toEqual(expect.arrayContaining(['call-enter run()', 'call-enter total([4, 5])', 'call-return total → 9']))
  })

  it('finds a.ts for a.js, and enums and typed CommonJS with it', async () => {
    const { root, dataDir } = project({
      'app.cts': `const { area } = require('./shape.js')\nconsole.log(area(2 as number))\n`,
      'shape.ts': `enum Unit { Metre = 3 }\ninterface Shape { side: number }\n\nexport function area(side: Shape['side']): number {\n  return side * Unit.Metre\n}\n`,
    })
    const { stdout, stderr } = await run([...RECORDED, 'app.cts'], { dataDir, cwd: root, node })
    expect([stdout, stderr]).toEqual(['6\n', ''])
    expect(recordedCalls(dataDir)).toContain('call-enter area(2)')
    expect(manifestsOf(dataDir).flatMap(({ probes }) => probes.map(probe => `${probeLabel(probe)}:${probe.range[0]}`))).toContain('area:4')
  })

  it('leaves dependencies and modules that do not parse as they are', async () => {
    const { root, dataDir } = project({
      'package.json': '{ "type": "module" }',
      'node_modules/dep/package.json': '{ "name": "dep", "type": "module", "exports": "./index.js" }',
      'node_modules/dep/index.js': 'export function dependency() { return 1 }',
      'app.js': `import { dependency } from 'dep'\nconsole.log(dependency())\nawait import('./bad.js').catch(error => console.log(error.name))\n`,
      'bad.js': 'export const a = 1\nexport const b = = 2\n',
    })
    const { stdout, stderr } = await run([...RECORDED, 'app.js'], { dataDir, cwd: root, node })
    expect(stdout).toBe('1\nSyntaxError\n')
    expect(stderr).toMatch(/bad\.js:2:\d+ .*\[hindscope:instrument-syntax\]/)
    expect(recordedCalls(dataDir).join('\n')).not.toContain('dependency')
  })

  it('records worker threads', async () => {
    const { root, dataDir } = project({
      'app.mjs': `import { Worker } from 'node:worker_threads'\nnew Worker(new URL('./worker.mjs', import.meta.url)).on('message', text => console.log(text))\n`,
      'worker.mjs': `import { parentPort } from 'node:worker_threads'\nfunction answer(n) { return n + 1 }\nparentPort.postMessage(answer(41))\n`,
    })
    const { stdout } = await run([...RECORDED, 'app.mjs'], { dataDir, cwd: root, node })
    expect(stdout).toBe('42\n')
    expect(recordedCalls(dataDir)).toContain('call-enter answer(41)')
  })

  it('does nothing when it is switched off', async () => {
    const { root, dataDir } = project(COMMON)
    const { stdout } = await run([...RECORDED, 'main.js'], { dataDir, cwd: root, node, env: { HINDSCOPE: '0' } })
    expect(stdout).toBe('total 6 lazy.cjs\n')
    expect([recordedCalls(dataDir), manifestsOf(dataDir)]).toEqual([[], []])
  })

  it('refuses a config that it does not understand before the program runs', async () => {
    const { root, dataDir } = project({ ...COMMON, 'hindscope.config.mjs': `export default { levle: 'off' }` })
    const { stdout, stderr, code } = await run([...RECORDED, 'main.js'], { dataDir, cwd: root, node })
    expect(stdout).toBe('')
    expect(stderr).toMatch(/\[hindscope:config-unknown-key\].*hindscope\.config\.mjs/)
    expect(code).not.toBe(0)
  })
})
