/**
 * Runs files in test262's format, plain and instrumented, each in a realm of its own. Only what a file's front matter asks for is
 * known here (flags, includes, negative): https://github.com/tc39/test262/blob/main/INTERPRETING.md
 */
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import vm from 'node:vm'

/** Milliseconds that a file may run synchronously, and that it may wait for its promises. */
const RUN_MS = 4000
const ASYNC_MS = 2500

export function frontMatter(source) {
  const text = /\/\*---([\s\S]*?)---\*\//.exec(source)?.[1] ?? ''
  const list = key => {
    const inline = new RegExp(`^${key}:\\s*\\[([^\\]]*)\\]`, 'm').exec(text)?.[1]
    const block = new RegExp(`^${key}:\\s*\\n((?:\\s+-\\s.*\\n?)+)`, 'm').exec(text)?.[1]
    const items = inline?.split(',') ?? block?.split('\n').map(line => line.replace(/^\s+-/, '')) ?? []
    return items.map(item => item.trim()).filter(item => item !== '')
  }
  const negative = /^negative:\s*\n((?:\s+.*\n?)+)/m.exec(text)?.[1]
  return {
    flags: list('flags'),
    includes: list('includes'),
    features: list('features'),
    negative: negative && { phase: /phase:\s*(\w+)/.exec(negative)?.[1], type: /type:\s*(\w+)/.exec(negative)?.[1] },
  }
}

/** The modes in which a file is to run; none for what this host cannot offer: agents, `document.all`, a thread that may not block. */
export function modesOf(source, { flags, features }) {
  if (flags.includes('CanBlockIsFalse') || features.includes('IsHTMLDDA') || source.includes('agent.start')) return []
  if (['module', 'raw', 'noStrict'].some(flag => flags.includes(flag))) return [{ strict: false }]
  return flags.includes('onlyStrict') ? [{ strict: true }] : [{ strict: false }, { strict: true }]
}

/** `transform` is what host.mjs makes, or undefined for a plain run. Gives '' for a pass, otherwise why it failed. */
export async function runFile({ suite, file, source, matter, strict, transform }) {
  const code = strict ? `"use strict";\n${source}` : source
  const sourceType = matter.flags.includes('module') ? 'module' : 'script'
  let text = code
  try {
    if (transform) text = transform.instrument(code, { id: file, sourceType })
  } catch (error) {
    return `the transform threw: ${error}`
  }
  const realm = createRealm(transform)
  const finished = new Promise(done => realm.define('print', line => String(line).startsWith('Test262:Async') && done(String(line))))
  const isAsync = matter.flags.includes('async')
  if (!matter.flags.includes('raw'))
    for (const name of ['assert.js', 'sta.js', ...(isAsync ? ['doneprintHandle.js'] : []), ...matter.includes])
      vm.runInContext(readFileSync(join(suite, 'harness', name), 'utf8'), realm.context, { filename: name })
  const outcome = await evaluate({ realm, file, text, sourceType, transform })
  if (outcome.error === undefined && isAsync && !matter.negative) {
    const line = await Promise.race([finished, new Promise(done => setTimeout(done, ASYNC_MS, 'timeout'))])
    return line === 'Test262:AsyncTestComplete' ? '' : line
  }
  return verdict(outcome, matter.negative)
}

function verdict({ error, phase }, negative) {
  if (!negative) return error === undefined ? '' : String(error.value?.message ?? error.value)
  const name = error?.value?.constructor?.name
  // Errors of linking are reported while the module graph is put together, whatever phase the file names.
  const isPhase = negative.phase === phase || negative.phase === 'resolution' || phase === 'resolution'
  return name === negative.type && isPhase ? '' : `expected ${negative.type} at ${negative.phase}, got ${name} at ${phase}`
}

function createRealm(transform) {
  const context = vm.createContext({})
  const global = vm.runInContext('globalThis', context)
  const define = (key, value) => Object.defineProperty(global, key, { value, writable: true, configurable: true, enumerable: false })
  const host = vm.runInContext('({})', context)
  define('$262', host)
  Object.assign(host, {
    global,
    evalScript: code => vm.runInContext(String(code), context),
    createRealm: () => createRealm(transform).host,
    detachArrayBuffer: buffer => void structuredClone(buffer, { transfer: [buffer] }),
    gc: () => globalThis.gc?.(),
    agent: {},
  })
  transform?.install(global)
  return { context, host, define }
}

async function evaluate({ realm: { context }, file, text, sourceType, transform }) {
  const modules = new Map()
  let phase = 'parse'
  const importDynamically = async (specifier, referrer) => {
    const module = load(resolve(dirname(referrer.identifier ?? file), specifier))
    if (module.status === 'unlinked') await link(module)
    await module.evaluate()
    return module
  }
  const load = (path, given) => {
    const known = modules.get(path)
    if (known) return known
    const module = path.endsWith('.json') ? jsonModule(path) : sourceModule(path, given ?? instrumented(path))
    modules.set(path, module)
    return module
  }
  const instrumented = path => {
    const code = readFileSync(path, 'utf8')
    return transform ? transform.instrument(code, { id: path, sourceType: 'module' }) : code
  }
  const sourceModule = (path, code) =>
    new vm.SourceTextModule(code, { context, identifier: path, importModuleDynamically: importDynamically, initializeImportMeta() {} })
  const jsonModule = path =>
    new vm.SyntheticModule(
      ['default'],
      function () {
        this.setExport('default', vm.runInContext('JSON.parse', context)(readFileSync(path, 'utf8')))
      },
      { context, identifier: path },
    )
  const link = module => module.link((specifier, referrer) => load(resolve(dirname(referrer.identifier), specifier)))
  try {
    if (sourceType === 'module') {
      const module = load(file, text)
      phase = 'resolution'
      await link(module)
      phase = 'runtime'
      await module.evaluate({ timeout: RUN_MS })
    } else {
      const script = new vm.Script(text, { filename: file, importModuleDynamically: specifier => importDynamically(specifier, { identifier: file }) })
      phase = 'runtime'
      script.runInContext(context, { timeout: RUN_MS })
    }
    return { error: undefined, phase }
  } catch (value) {
    return { error: { value }, phase }
  }
}
