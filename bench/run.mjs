#!/usr/bin/env node
// Runs the benchmarks and writes bench/RESULTS.md and bench/results.json: `node bench/run.mjs [suite or folder …] [--rounds N] [--only TEXT]
// [--project DIR] [--quick]`. `--only` takes the variants whose JSON holds the text; `--project` gives the build suite a project instead of
// the generated one; `--quick` measures shortly, for development, and writes nothing.
// `runtime` runs all of bench/runtime and ends with one table of its figures against the targets, with profiles of what misses them; `store`
// and `ui` do so for bench/store and bench/ui, without profiles. BENCH_CACHE keeps the traces that `store` generates; BENCH_50M=1 adds one of 50 million events.
// Every case is a process of its own, so no case inherits another's heap, caches or optimised code. The variants of a case are
// interleaved round by round, so a slow minute of the machine hits all of them; ratios are taken within one run. Times on a shared
// two-core machine vary; read ratios, and the spread beside them.
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { basename, dirname, join, resolve as resolvePath } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { median, table } from './lib/case.mjs'
import { openEngine } from './runtime/engines.mjs'
import { topFunctions } from './runtime/profile.mjs'
import { TARGET_ENGINES, checkTargets } from './runtime/targets.mjs'
import { storeTargets } from './store/targets.mjs'
import { uiTargets } from './ui/targets.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const RUNTIME = ['per-call', 'programs', 'values', 'server', 'request', 'limits', 'peers'].map(name => `runtime/${name}`)
const STORE = ['ingest', 'open', 'queries', 'browser', 'peers', 'sql'].map(name => `store/${name}`)
const BUILD = ['transform', 'build-time', 'dev-server', 'peers'].map(name => `instrument/${name}`)
const UI = ['open', 'timeline', 'moments', 'lists', 'live', 'panels', 'sizes'].map(name => `ui/${name}`)
const SUITES = [...RUNTIME, 'runtime/adapters', ...BUILD, 'collector/ingest', ...STORE, ...UI]
const CASE_MS = 180_000

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string' }, only: { type: 'string' }, project: { type: 'string' }, quick: { type: 'boolean' } },
})
const wanted = positionals.flatMap(name => (SUITES.includes(name) ? [name] : SUITES.filter(suite => suite.startsWith(`${name}/`))))
const unknown = positionals.filter(name => !SUITES.some(suite => suite === name || suite.startsWith(`${name}/`)))
if (unknown.length > 0) {
  console.error(`unknown suite ${unknown.join(', ')}; known: ${SUITES.join(', ')}`)
  process.exit(2)
}
const resultsFile = join(here, 'results.json')
const stored = existsSync(resultsFile) ? JSON.parse(readFileSync(resultsFile, 'utf8')) : {}
const fresh = new Map()
const failures = []
const skipped = new Map()
const engines = new Map()
const work = mkdtempSync(join(tmpdir(), 'bench-'))
process.env.BENCH_WORK = work
process.env.NODE_ENV = 'development'
if (flags.quick) process.env.BENCH_QUICK = '1'

async function engineOf(name) {
  if (name === undefined) return { path: process.execPath, env: {} }
  if (!engines.has(name)) {
    const engine = await openEngine(name)
    engines.set(name, engine)
    if (engine.missing) skipped.set(name, engine.missing)
  }
  return engines.get(name)
}

function runCase(file, variant, { path, env }, { nodeFlags = [], caseMs = CASE_MS } = {}) {
  return new Promise((resolve, reject) => {
    execFile(
      path,
      ['--no-warnings', ...nodeFlags, file, JSON.stringify(variant)],
      { maxBuffer: 1 << 26, timeout: caseMs, env: { ...process.env, ...env } },
      (error, stdout, stderr) => {
        if (error) reject(new Error(`${basename(file)} ${JSON.stringify(variant)} failed: ${stderr.slice(-2000) || error.message}`))
        else resolve(JSON.parse(stdout.trim().split('\n').at(-1)))
      },
    )
  })
}

const progress = text => process.stderr.write(`\r${text}`.padEnd(110).slice(0, 110))

async function runSuite(name) {
  const file = join(here, `${name}.bench.mjs`)
  const suite = await import(file)
  const samples = new Map()
  const rounds = Number(flags.rounds ?? (flags.quick && suite.quickRounds ? suite.quickRounds : suite.rounds))
  const isProject = flags.project !== undefined && name === 'instrument/build-time'
  const variants = suite.variants
    .filter(variant => flags.only === undefined || JSON.stringify(variant).includes(flags.only))
    .filter(({ bundler }) => !isProject || bundler === 'vite')
    // For development: one Node and the browser.
    .filter(({ engine }) => !flags.quick || engine !== 'node24' || flags.only?.includes('node24'))
    .filter(variant => !flags.quick || (suite.isQuick?.(variant) ?? true))
    .map(variant => (isProject ? { ...variant, project: resolvePath(flags.project) } : variant))
  await suite.prepare?.(variants)
  for (let round = 0; round < rounds; round++) {
    for (const variant of variants) {
      const engine = await engineOf(variant.engine)
      if (engine.missing || round >= (suite.roundsOf?.(variant) ?? rounds)) continue
      progress(`${name} round ${round + 1}/${rounds} ${JSON.stringify(variant)}`)
      const key = JSON.stringify(variant)
      try {
        samples.set(key, [...(samples.get(key) ?? []), await runCase(file, variant, engine, suite)])
      } catch (error) {
        failures.push(error.message)
      }
    }
  }
  process.stderr.write('\n')
  if (samples.size === 0) return
  const rows = [...samples].map(([key, runs]) => {
    const figures = {}
    for (const figure of Object.keys(runs[0])) {
      const values = runs.map(run => run[figure])
      figures[figure] = typeof values[0] === 'number' ? { median: median(values), min: Math.min(...values), max: Math.max(...values) } : values[0]
    }
    // The folder is this machine's own.
    const variant = JSON.parse(key)
    return { variant: variant.project === undefined ? variant : { ...variant, project: basename(variant.project) }, figures }
  })
  fresh.set(name, rows)
  stored[isProject ? `${name} of ${basename(flags.project)}` : name] = { ...machine(), rounds, rows }
  if (!flags.quick) writeFileSync(resultsFile, `${JSON.stringify(stored, null, 1)}\n`)
  if (/^(runtime|store|ui)\//.test(name)) console.log(`\n## ${suite.title}\n\n${reportOf(suite, rows)}`)
}

/** A report refuses results that differ between plain and recorded: that fails the run, and the other suites go on. */
function reportOf(suite, rows) {
  try {
    return suite.report(rows)
  } catch (error) {
    failures.push(error.message)
    return `No table: ${error.message}`
  }
}

const machine = () => ({ at: new Date().toISOString().slice(0, 10), node: process.version, cpu: cpus()[0].model.trim(), cores: cpus().length })

/** A case that missed its target once more, under the profiler; what only Chromium missed runs in Node. */
async function profileOf({ suite: suiteName, variant, engine: name }) {
  const engine = await engineOf(name === 'chromium' ? 'node24' : name)
  if (engine.missing) return []
  const dir = mkdtempSync(join(work, 'profile-'))
  const file = join(here, `${suiteName}.bench.mjs`)
  const suite = await import(file)
  const env = { ...engine.env, BENCH_CPU_PROFILE: dir }
  try {
    await runCase(file, { ...variant, engine: name === 'chromium' ? 'node24' : name }, { ...engine, env }, suite)
  } catch (error) {
    failures.push(`profile: ${error.message}`)
  }
  return topFunctions(dir)
}

/** The one table of point and measure, and under it what limits the figures that miss. */
async function targetsReport() {
  const { cells, missed, kept, unreachable } = checkTargets(
    name => fresh.get(name) ?? [],
    message => failures.push(message),
  )
  const lines = [
    `${kept} of ${kept + missed.length} targets are kept; of the others ${unreachable} are out of reach of any recorder (the floors of "Whole programs").`,
    '',
    table(['', 'what', 'target', ...TARGET_ENGINES], cells),
  ]
  const profiled = new Map()
  for (const miss of missed) {
    const key = JSON.stringify([miss.suite, miss.variant, miss.explanation])
    const known = profiled.get(key)
    if (known) known.names.push(`${miss.name} (${miss.engine})`)
    else {
      progress(`profile of ${miss.name}`)
      profiled.set(key, { ...miss, names: [`${miss.name} (${miss.engine})`], top: miss.explanation ?? (await profileOf(miss)) })
    }
  }
  process.stderr.write('\n')
  if (profiled.size > 0)
    lines.push(
      '',
      '### Profiles of what misses',
      '',
      'Self time while the case is measured, first engine that misses; Node 24 stands in for Chromium.',
    )
  for (const { names, top } of profiled.values()) lines.push('', `- ${[...new Set(names)].join('; ')}`, '', ...top.map(line => `      ${line}`))
  return lines.join('\n')
}

function writeReport(sections) {
  writeFileSync(
    join(here, 'RESULTS.md'),
    `# Benchmark results\n\nGenerated by \`node bench/run.mjs\`; do not edit. Ratios carry over to other machines, absolute times roughly.\n\n${sections.join('\n')}`,
  )
}

try {
  for (const name of SUITES.filter(suite => wanted.length === 0 || wanted.includes(suite))) await runSuite(name)
  if (RUNTIME.every(name => fresh.has(name)) || (flags.quick && RUNTIME.some(name => fresh.has(name)))) {
    const text = await targetsReport()
    console.log(`\n## The recorder against its targets\n\n${text}`)
    stored['runtime/targets'] = { ...machine(), text }
  }
  for (const [group, suites, what, targets] of [
    ['store', STORE, 'The store', storeTargets],
    ['ui', UI, 'The UI', uiTargets],
  ]) {
    if (!suites.every(name => fresh.has(name)) && !(flags.quick && suites.some(name => fresh.has(name)))) continue
    const text = targets(name => fresh.get(name) ?? [])
    console.log(`\n## ${what} against its targets\n\n${text}`)
    stored[`${group}/targets`] = { ...machine(), text }
  }
  for (const [name, why] of skipped) console.log(`skipped ${name}: ${why}`)
  if (!flags.quick) {
    writeFileSync(resultsFile, `${JSON.stringify(stored, null, 1)}\n`)
    writeReport(await allSections())
    console.log('wrote bench/RESULTS.md')
  }
} finally {
  for (const engine of engines.values()) await engine.close?.()
  rmSync(work, { recursive: true, force: true })
}
if (failures.length > 0) {
  console.error(`\n${failures.length} cases failed:\n${[...new Set(failures)].join('\n')}`)
  process.exitCode = 1
}

async function allSections() {
  const sections = []
  for (const [key, what, command] of [
    ['runtime/targets', 'recorder', 'pnpm bench:runtime'],
    ['store/targets', 'store', 'node bench/run.mjs store'],
    ['ui/targets', 'UI', 'pnpm bench:ui'],
  ]) {
    if (stored[key] === undefined) continue
    const { at, node, cpu, cores, text } = stored[key]
    sections.push(`## The ${what} against its targets\n\n\`${command}\` · ${at} · run by Node ${node} · ${cores} × ${cpu}\n\n${text}\n`)
  }
  const kept = SUITES.flatMap(suite => Object.keys(stored).filter(key => key === suite || key.startsWith(`${suite} of `)))
  for (const name of kept) {
    const suite = await import(join(here, `${name.replace(/ of .*/, '')}.bench.mjs`))
    const { at, node, cpu, cores, rounds, rows } = stored[name]
    const { title: kind, notes } = suite
    const title = kind + name.slice(name.replace(/ of .*/, '').length)
    sections.push(
      `## ${title}\n\n\`node bench/run.mjs ${name}\` · ${at} · Node ${node} · ${cores} × ${cpu} · median of ${rounds} rounds, a process each\n\n${notes}\n\n${reportOf(suite, rows)}\n`,
    )
  }
  return sections
}
