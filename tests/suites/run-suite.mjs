/**
 * Runs the vitest suite of a checked-out project plain and instrumented, and compares test by test.
 *
 *   node tests/suites/run-suite.mjs DIR [--name NAME] [--version TEXT] [--config FILE] [--levels values,statements]
 *                                       [--reason 'PART OF A TEST NAME=WHY']… [--no-merge] [-- VITEST OPTIONS AND FILTERS]
 *
 * DIR has its dependencies installed. Every module of the project gets probes, sources and tests alike; the recording goes to trace
 * files in a folder under the system's temporary one and nowhere else. The files with tests that pass plain and not instrumented run
 * once more, plain and instrumented: what then fails plain or passes instrumented counts as `unstable`, the rest as `lost`. The result
 * is merged into docs/transparency/suites.json. Ends with 1 when a test is lost without a reason. Not part of CI: the projects come
 * from their public repositories.
 *
 * The file has two roles: this command, and `suiteConfig`, which the config file that it generates for vitest calls.
 */
import { spawnSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { CHUNK_HEADER_BYTES, CHUNK_MAGIC, ChunkType } from '@hindscope/protocol'

const HERE = fileURLToPath(import.meta.url)
const RESULTS = join(dirname(HERE), '../../docs/transparency/suites.json')
const CONFIG_NAMES = ['vitest.config', 'vite.config'].flatMap(name => ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map(ext => `${name}.${ext}`))
/** Slower is allowed. Limits that a test gives itself stay. */
const PATIENCE = ['--testTimeout=120000', '--hookTimeout=120000', '--teardownTimeout=60000']
const GENERATED = '.hindscope-suite.config.mjs'

/** The reporter: one line of JSON per test, keyed by project, file and full name; equal keys are numbered. */
class SuiteReporter {
  onInit(vitest) {
    this.root = vitest.config.root
  }

  /** Vitest 3 and later. */
  onTestRunEnd(modules, errors) {
    const tests = modules.flatMap(module =>
      [...module.children.allTests()].map(test => [module.project.name, module.moduleId, test.fullName, test.result()]),
    )
    const broken = modules.filter(module => module.errors().length > 0).map(module => [module.moduleId, module.errors()[0].message])
    this.write(tests, broken, errors)
  }

  write(tests, broken, errors) {
    const place = file => relative(this.root, file)
    const seen = new Map()
    const states = {}
    const messages = {}
    for (const [project, file, name, { state, errors: failures = [] }] of tests) {
      const key = `${project ? `[${project}] ` : ''}${place(file)} > ${name}`
      const count = (seen.get(key) ?? 0) + 1
      seen.set(key, count)
      const test = count === 1 ? key : `${key} #${count}`
      states[test] = state
      if (failures.length > 0) messages[test] = failures[0].message.slice(0, 2_000)
    }
    const result = {
      states,
      messages,
      files: new Set(tests.map(([project, file]) => `${project} ${file}`)).size,
      broken: broken.map(([file, message]) => `${place(file)}: ${message}`),
      errors: errors.map(error => String(error.stack ?? error.message)),
    }
    writeFileSync(process.env.SUITE_RESULT, JSON.stringify(result))
  }
}

/** The project's own config with our plugin in it and in each of its projects; plain when SUITE_LEVEL is empty. */
export async function suiteConfig(env) {
  const { SUITE_VITE, SUITE_CONFIG, SUITE_LEVEL, SUITE_DATA } = process.env
  const { loadConfigFromFile } = await import(SUITE_VITE)
  const own = SUITE_CONFIG ? ((await loadConfigFromFile(env, SUITE_CONFIG))?.config ?? {}) : {}
  const probes = await createPlugins(SUITE_LEVEL, SUITE_DATA)
  const projects = own.test?.projects && (await Promise.all(own.test.projects.map(project => resolveProject(project, env)))).flat()
  // Tests of types run no code, and the option of the command line does not reach the projects.
  const withoutTypes = project => ({ ...project, test: { ...project.test, typecheck: { ...project.test?.typecheck, enabled: false } } })
  const withProbes = project => withoutTypes(project.extends === true ? project : { ...project, plugins: [...(project.plugins ?? []), probes()] })
  return {
    ...own,
    plugins: [...(own.plugins ?? []), probes()],
    // Without the cache, which sorts files by how they did last time, all runs have one order: files that share a worker may depend on it.
    test: { ...own.test, cache: false, reporters: [new SuiteReporter()], ...(projects ? { projects: projects.map(withProbes) } : {}) },
  }
}

/** Without its dev server part the plugin starts no collector, and the recorders of the workers write trace files. */
async function createPlugins(level, dataDir) {
  if (!level) return () => []
  const { default: hindscope } = await import('hindscope/vite')
  return () => {
    const plugin = hindscope({ level, dataDir })
    if (!process.env.SUITE_COLLECTOR) delete plugin.configureServer
    return plugin
  }
}

async function resolveProject(project, env) {
  const found = await (typeof project === 'function' ? project(env) : project)
  if (typeof found !== 'string') return [found]
  return expand(process.cwd(), found.split('/')).flatMap(path => {
    const file = statSync(path).isDirectory() ? configOf(path) : path
    if (file === undefined) return []
    const manifest = join(dirname(file), 'package.json')
    const name = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).name : basename(dirname(file))
    return [{ extends: file, root: dirname(file), test: { name: dirname(file) === process.cwd() ? basename(file) : name } }]
  })
}

/** The paths that a pattern with `*` names. */
function expand(dir, [first, ...rest]) {
  if (first === undefined) return [dir]
  if (first === '' || first === '.') return expand(dir, rest)
  if (!first.includes('*')) return existsSync(join(dir, first)) ? expand(join(dir, first), rest) : []
  const pattern = new RegExp(`^${first.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*')}$`)
  return readdirSync(dir).filter(name => pattern.test(name)).flatMap(name => expand(join(dir, name), rest)) // prettier-ignore
}

const configOf = dir => CONFIG_NAMES.map(name => join(dir, name)).find(existsSync)

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      version: { type: 'string' },
      config: { type: 'string' },
      levels: { type: 'string', default: 'values,statements' },
      reason: { type: 'string', multiple: true, default: [] },
      'no-merge': { type: 'boolean', default: false },
    },
  })
  const [dir, ...vitestArgs] = positionals
  const suite = createSuite(resolve(dir), values.config, vitestArgs)
  const plain = suite.run('')
  const passed = passes(plain)
  const entry = { version: values.version ?? suite.version, vitest: vitestArgs.join(' '), files: plain.files, tests: Object.keys(plain.states).length, plain: passed.length, levels: {} } // prettier-ignore
  let unexplained = 0
  for (const level of values.levels.split(',')) {
    const compared = compare(suite, level, passed, values.reason)
    entry.levels[level] = compared
    unexplained += compared.lost.filter(({ reason }) => reason === undefined).length
    const lost = compared.lost.map(({ test, reason }) => `\n  ${test}${reason ? ` (${reason})` : ''}`).join('')
    console.log(`${values.name ?? suite.name} ${level}: plain ${passed.length} passed, instrumented ${compared.passed} passed, ${compared.unstable.length} unstable, ${compared.events} events, lost: ${lost || 'none'}`) // prettier-ignore
  }
  suite.end()
  if (!values['no-merge']) merge(values.name ?? suite.name, entry)
  process.exitCode = unexplained > 0 ? 1 : 0
}

const passes = result => Object.keys(result.states).filter(test => result.states[test] === 'passed')

function compare(suite, level, passed, reasons) {
  const run = suite.run(level)
  const missing = passed.filter(test => run.states[test] !== 'passed')
  const files = [...new Set(missing.map(test => test.replace(/^\[.*?\] /, '').split(' > ')[0]))]
  const again = files.length === 0 ? undefined : { plain: suite.run('', files), instrumented: suite.run(level, files) }
  const isLost = test => again.plain.states[test] === 'passed' && again.instrumented.states[test] !== 'passed'
  const lost = missing.filter(isLost)
  for (const test of lost) console.error(`[${level}] ${test}\n  ${again.instrumented.messages[test]}`)
  const whyOf = test => reasons.map(text => text.split('=')).find(([part]) => test.includes(part))?.slice(1).join('=') // prettier-ignore
  return {
    passed: passed.length - missing.length,
    events: run.events,
    unstable: missing.filter(test => !isLost(test)),
    lost: lost.map(test => ({ test, reason: whyOf(test) })),
  }
}

/** One checked-out project. */
function createSuite(dir, config, vitestArgs) {
  const vitestFile = createRequire(join(dir, 'package.json')).resolve('vitest/package.json')
  const vite = createRequire(vitestFile).resolve('vite')
  const scratch = mkdtempSync(join(tmpdir(), 'hindscope-suite-'))
  const generated = join(dir, GENERATED)
  const own = config === undefined ? configOf(dir) : resolve(dir, config)
  writeFileSync(generated, `const { suiteConfig } = await import(process.env.SUITE_DRIVER)\nexport default suiteConfig\n`)
  const manifest = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'))

  function run(level, files = []) {
    const result = join(scratch, 'result.json')
    const data = join(scratch, 'data')
    rmSync(result, { force: true })
    const args = [join(dirname(vitestFile), 'vitest.mjs'), 'run', '--config', generated, ...PATIENCE, ...vitestArgs, ...files]
    const env = { ...process.env, CI: '1', SUITE_DRIVER: pathToFileURL(HERE).href, SUITE_VITE: pathToFileURL(vite).href, SUITE_CONFIG: own ?? '', SUITE_LEVEL: level, SUITE_DATA: data, SUITE_RESULT: result } // prettier-ignore
    const { status, signal } = spawnSync(process.execPath, args, { cwd: dir, env, stdio: ['ignore', process.env.SUITE_VERBOSE ? 'inherit' : 'ignore', 'inherit'] }) // prettier-ignore
    if (!existsSync(result)) throw new Error(`vitest gave no result (status ${status}, signal ${signal}); run with SUITE_VERBOSE=1`)
    const parsed = JSON.parse(readFileSync(result, 'utf8'))
    for (const text of [...parsed.broken, ...parsed.errors]) console.error(`[${level || 'plain'}] ${text}`)
    const events = level ? countEvents(join(data, 'traces')) : 0
    rmSync(data, { recursive: true, force: true })
    return { ...parsed, events }
  }

  return {
    name: manifest.name ?? basename(dir),
    version: manifest.version ?? '',
    run,
    end() {
      rmSync(scratch, { recursive: true, force: true })
      rmSync(generated)
    },
  }
}

/** Events that reached a trace file, from the headers of its chunks (docs/protocol.md). Workers that vitest kills lose the last moments of theirs. */
function countEvents(folder) {
  let events = 0
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const file = openSync(join(folder, name), 'r')
    const header = Buffer.alloc(CHUNK_HEADER_BYTES)
    for (let at = 0; readSync(file, header, 0, header.length, at) === header.length; at += header.readUInt32LE(8)) {
      if (header.readUInt32LE(0) !== CHUNK_MAGIC) throw new Error(`${name} is damaged at ${at}`)
      if (header.readUInt16LE(6) === ChunkType.events) events += header.readUInt32LE(28)
    }
    closeSync(file)
  }
  return events
}

function merge(name, entry) {
  mkdirSync(dirname(RESULTS), { recursive: true })
  const all = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : {}
  const before = all[name]
  all[name] = { ...entry, levels: { ...(before?.version === entry.version ? before.levels : {}), ...entry.levels } }
  const sorted = Object.fromEntries(Object.keys(all).sort().map(key => [key, all[key]])) // prettier-ignore
  writeFileSync(RESULTS, `${JSON.stringify(sorted, undefined, 2)}\n`)
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === HERE) await main()
