/** OpenTelemetry's instrumentations, which patch modules while they load (require-in-the-middle, import-in-the-middle), beside our own module hooks in plain Node. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { ActivityType } from '@hindscope/protocol'
import { recordedEvents, run, scratchDir } from '../bundlers/recording.ts'

/** Where the SDK is installed. */
const { resolve } = createRequire(new URL('../../packages/runtime/package.json', import.meta.url))
const at = (name: string): string => JSON.stringify(resolve(name))

const SDK = `
const { trace, context } = require(${at('@opentelemetry/api')})
const { TracerProvider, InMemorySpanExporter, SimpleSpanProcessor } = require(${at('@opentelemetry/sdk-trace')})
const { AsyncLocalStorageContextManager } = require(${at('@opentelemetry/context-async-hooks')})
const { InstrumentationBase, InstrumentationNodeModuleDefinition, registerInstrumentations } = require(${at('@opentelemetry/instrumentation')})
const { HttpInstrumentation } = require(${at('@opentelemetry/instrumentation-http')})
const exporter = new InMemorySpanExporter()
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }))
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
class LibInstrumentation extends InstrumentationBase {
  constructor() { super('lib-instrumentation', '1.0.0', {}) }
  init() {
    const patch = exports => {
      this._wrap(exports, 'greet', original => name => this.tracer.startActiveSpan('greet ' + name, span => { const result = original(name); span.end(); return result }))
      return exports
    }
    return [new InstrumentationNodeModuleDefinition('lib', ['*'], patch)]
  }
}
registerInstrumentations({ instrumentations: [new HttpInstrumentation(), new LibInstrumentation()] })
globalThis.finished = () => exporter.getFinishedSpans().map(({ name, kind, instrumentationScope }) => name + ' ' + kind + ' ' + instrumentationScope.name).sort()
`
const MODULE_SDK = `import { createRequire, register } from 'node:module'
register(${JSON.stringify(pathToFileURL(resolve('@opentelemetry/instrumentation/hook.mjs')).href)}, import.meta.url)
const require = createRequire(import.meta.url)
${SDK}`

const BODY = `
const own = name => greet(name) + '!'
const server = http.createServer((request, response) => answer(request, response))
function answer(request, response) { response.end(own(request.url)) }
const ask = path => new Promise((resolve, reject) => http.get({ port: server.address().port, path }, response => response.setEncoding('utf8').on('data', resolve)).on('error', reject))
server.listen(0, '127.0.0.1', async () => {
  console.log(await ask('/a'), own('b'), greet.name, Object.keys(lib).join())
  server.close()
  server.closeAllConnections()
  setTimeout(() => console.log(globalThis.finished().join('\\n')), 20)
})
`
const FILES = {
  'package.json': '{ "type": "module" }',
  'node_modules/lib/package.json':
    '{ "name": "lib", "version": "1.0.0", "type": "commonjs", "exports": { "import": "./index.mjs", "require": "./index.cjs" } }',
  'node_modules/lib/index.mjs': `export function greet(name) { return 'hello ' + name }\n`,
  'node_modules/lib/index.cjs': `exports.greet = function greet(name) { return 'hello ' + name }\n`,
  'otel.cjs': SDK,
  'otel.mjs': MODULE_SDK,
  'app.cjs': `const http = require('node:http')\nconst lib = require('lib')\nconst { greet } = lib\n${BODY}`,
  'app.mjs': `import http from 'node:http'\nimport * as lib from 'lib'\nimport { greet } from 'lib'\n${BODY}`,
}
const HINDSCOPE = ['--import', 'hindscope/register']

function project(): { root: string; dataDir: string } {
  const root = scratchDir()
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  symlinkSync(fileURLToPath(new URL('../../packages/plugin', import.meta.url)), join(root, 'node_modules/hindscope'))
  return { root, dataDir: join(root, '.hindscope') }
}

const node24 = execFileSync('npx', ['-y', '-p', 'node@24', 'node', '-p', 'process.execPath'], { encoding: 'utf8' }).trim().split('\n').at(-1) ?? ''

describe.each([
  { node: 'this Node', path: process.execPath, order: 'before', system: 'CommonJS', first: ['--require', './otel.cjs'], app: 'app.cjs' },
  { node: 'this Node', path: process.execPath, order: 'after', system: 'modules', then: ['--import', './otel.mjs'], app: 'app.mjs' },
  { node: 'Node 24', path: node24, order: 'after', system: 'CommonJS', then: ['--import', './otel.mjs'], app: 'app.cjs' },
  { node: 'Node 24', path: node24, order: 'before', system: 'modules', first: ['--import', './otel.mjs'], app: 'app.mjs' },
])('$node, OpenTelemetry $order the recorder, $system', ({ path, first = [], then = [], app }) => {
  test('patches the same modules, and tells the same spans', async () => {
    const { root, dataDir } = project()
    const plain = await run([...first, ...then, app], { dataDir, cwd: root, node: path })
    const recorded = await run([...first, ...HINDSCOPE, ...then, app], { dataDir, cwd: root, node: path })
    expect([recorded.stdout, recorded.stderr, recorded.code]).toEqual([plain.stdout, plain.stderr, plain.code])
    expect(plain.stdout).toContain('hello /a! hello b!')
    expect(plain.stdout.match(/^greet /gm)).toHaveLength(2)
    const events = recordedEvents(dataDir)
    const started = (type: number): number[] =>
      events.filter(({ kind, extra }) => kind === 'activity-start' && extra === type).map(({ call }) => call)
    expect([started(ActivityType.span).length, started(ActivityType.httpServer).length]).toEqual([plain.stdout.split('\n').length - 2, 1])
    const parents = new Map(events.filter(({ kind }) => kind === 'activity-start' || kind === 'call-enter').map(({ call, link }) => [call, link]))
    const chainOf = (call: number): number[] => (call === 0 ? [] : [call, ...chainOf(parents.get(call) ?? 0)])
    const answer = events.find(({ kind, name }) => kind === 'call-enter' && name === 'answer')
    const chain = chainOf(answer?.call ?? 0)
    expect(chain.at(-1)).toBe(started(ActivityType.httpServer)[0])
    // The handler runs in the server's span.
    expect(started(ActivityType.span)).toContain(chain.at(-2))
  })
})
