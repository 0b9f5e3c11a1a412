// Other recorders on the same program, per event. Each tells what it tells: a span or a snapshot is a call and its return (2 events), a
// counter is one, a sample is one; the table sets beside it what our level costs that tells as much. Fairness: peers' transports are left
// out as ours is, but for appmap-node, which writes each event to its file as part of recording.
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { find, fixed, table, whenCase } from '../lib/case.mjs'
import { driveIn, timing } from './engines.mjs'
import { PLAIN, TEXTS, selfTimed } from './peers/cart.mjs'
import { codeTracer } from './peers/code-tracer.mjs'
import { datadog } from './peers/datadog.mjs'
import { asyncLocalStorage, openTelemetry } from './peers/tracing.mjs'
import { RECORDED, optionsFor, programFile } from './programs.mjs'

export const title = 'Beside other recorders'
export const notes = `One method called in a loop, \`Cart.add(price, count)\`. Nanoseconds on top of the plain call, and per recorded event. Best batch of a process, minimum of the rounds. Ours without a governor.
CodeTracer's and Datadog's probes are rebuilt from their documentation and source (bench/runtime/peers); Datadog's limit of a snapshot a second is off; \`--cpu-prof\` samples every 100 µs.`
export const rounds = 2
export const quickRounds = 1

/** Peers, and the level of ours that tells as much. */
export const RIVALS = {
  OpenTelemetry: { level: 'calls', setup: openTelemetry, text: 'openTelemetry' },
  AsyncLocalStorage: { level: 'calls', setup: asyncLocalStorage, text: 'asyncLocalStorage' },
  'cpu-prof': { level: 'calls' },
  'appmap-node': { level: 'raw' },
  'Datadog shape': { level: 'raw', setup: () => datadog({ isActive: true }), text: 'datadog' },
  'CodeTracer shape': { level: 'statements', setup: codeTracer, text: 'codeTracer' },
  istanbul: { level: 'count' },
  'Datadog shape, dormant': { level: 'off', setup: () => datadog({ isActive: false }), text: 'datadog' },
}
const OWN = ['plain', 'off', 'count', 'calls', 'raw', 'statements']
export const variants = ['node20', 'node24'].flatMap(engine => [...OWN, ...Object.keys(RIVALS)].map(tool => ({ engine, tool })))

/** Ten times as often as --cpu-prof asks by itself, so that its cost can be told from noise. */
const SAMPLE_US = 100

const run = promisify(execFile)
const ownFile = level => programFile('peers-cart', level, () => PLAIN)
const rivalFile = (tool, source) => programFile(`peers-${tool.replaceAll(/\W+/g, '-')}`, 'plain', () => source)
async function istanbulSource() {
  const { createInstrumenter } = await import('istanbul-lib-instrument')
  return createInstrumenter({ esModules: true, compact: false }).instrumentSync(PLAIN, 'cart.mjs')
}

export async function prepare() {
  for (const level of OWN) await ownFile(level)
  for (const [tool, { text }] of Object.entries(RIVALS)) if (text) await rivalFile(tool, TEXTS[text])
  await rivalFile('istanbul', await istanbulSource())
}

const TIME = () => timing([200, 40, 7], [80, 20, 3])
async function inProcess(engine, program, level, options) {
  const { best, calls, check, events, runs, failed } = await driveIn(engine, { program, level, options, time: TIME() })
  if (failed) throw new Error(`the recorder failed: ${failed}`)
  return { ns: (best * 1e6) / calls, check, events, calls: calls * runs }
}

async function rival(engine, tool) {
  const { setup, text } = RIVALS[tool]
  if (setup) {
    const { events } = await setup()
    const result = await inProcess(engine, await rivalFile(tool, TEXTS[text]), 'plain')
    if (events() === 0 && !tool.includes('dormant')) throw new Error(`${tool} recorded nothing`)
    return { ...result, events: events() }
  }
  if (tool === 'istanbul') {
    const result = await inProcess(engine, await rivalFile(tool, ''), 'plain')
    const [{ s, f, b }] = Object.values(globalThis.__coverage__)
    const events = [...Object.values(s), ...Object.values(f), ...Object.values(b).flat()].reduce((sum, count) => sum + count, 0)
    return { ...result, events }
  }
  return outside(tool)
}

/** Tools that are put in front of a program: a process of its own under theirs. */
async function outside(tool) {
  const dir = mkdtempSync(join(tmpdir(), 'bench-peer-'))
  try {
    if (tool === 'appmap-node') {
      const bin = join(dirname(createRequire(import.meta.url).resolve('appmap-node')), '../bin/appmap-node.js')
      const file = join(dir, 'cart.js')
      writeFileSync(join(dir, 'package.json'), '{"name":"cart","type":"commonjs"}')
      writeFileSync(file, selfTimed(1000))
      const env = { ...process.env, APPMAP_ROOT: dir }
      const { stdout } = await run(process.execPath, [bin, file], { cwd: dir, env, maxBuffer: 1 << 26 })
      const { ns, events, check } = JSON.parse(/BENCH (.*)/.exec(stdout)[1])
      if (!readdirSync(join(dir, 'tmp/appmap/process')).some(name => name.endsWith('.json'))) throw new Error('appmap-node wrote nothing')
      return { ns, check: `own ${check}`, events, calls: events / 2 }
    }
    const loop = 10_000_000
    const file = join(dir, 'cart.cjs')
    writeFileSync(file, selfTimed(loop))
    const timed = async flags => JSON.parse(/BENCH (.*)/.exec((await run(process.execPath, [...flags, file], { cwd: dir })).stdout)[1])
    let [ns, plainNs, check] = [Infinity, Infinity]
    // Timed beside plain runs of its own: what sampling costs is too little to show against the figures of the others.
    for (let i = 0; i < (process.env.BENCH_QUICK ? 2 : 3); i++) {
      plainNs = Math.min(plainNs, (await timed([])).ns)
      const sampled = await timed(['--cpu-prof', `--cpu-prof-interval=${SAMPLE_US}`, `--cpu-prof-dir=${dir}`])
      ns = Math.min(ns, sampled.ns)
      check = sampled.check
    }
    const { samples } = JSON.parse(
      readFileSync(
        join(
          dir,
          readdirSync(dir).find(name => name.endsWith('.cpuprofile')),
        ),
        'utf8',
      ),
    )
    return { ns, plainNs, check: `own ${check}`, events: samples.length, calls: loop * 4 }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

await whenCase(import.meta, async ({ engine, tool }) => {
  if (tool in RIVALS) return rival(engine, tool)
  const { events, calls, ...rest } = await inProcess(engine, await ownFile(tool), RECORDED[tool] ?? 'plain', optionsFor(tool))
  // A count is told as a sum; each of its calls is one.
  const told = tool === 'count' ? calls : events
  if (['calls', 'raw', 'statements'].includes(tool) && events < calls * 2) throw new Error(`only ${events} events of ${calls} calls`)
  return { ...rest, events: told, calls }
})

/** Nanoseconds per event of a peer, and of ours at the level that tells as much. */
export function beside(rows, engine, tool) {
  const at = name => find(rows, { engine, tool: name })?.figures
  const plain = at('plain')
  const cost = figures => {
    const call = figures.ns.min - (figures.plainNs?.min ?? plain.ns.min)
    const perCall = figures.events.median / figures.calls.median
    return { call, event: perCall === 0 ? call : call / perCall, perCall }
  }
  const [theirs, ours] = [at(tool), at(RIVALS[tool].level)]
  if (!plain || !theirs || !ours) return undefined
  if (ours.check !== plain.check || (theirs.check !== plain.check && !theirs.check.startsWith('own'))) throw new Error(`${tool} changed the result`)
  return { theirs: cost(theirs), ours: cost(ours), level: RIVALS[tool].level }
}

export function report(rows) {
  const engines = [...new Set(rows.map(({ variant }) => variant.engine))]
  const lines = engines.flatMap(engine =>
    Object.keys(RIVALS).flatMap(tool => {
      const both = beside(rows, engine, tool)
      if (!both) return []
      const { theirs, ours, level } = both
      const named = level === 'raw' ? 'values' : level
      return [
        [
          engine,
          tool,
          fixed(theirs.call, 1),
          fixed(theirs.perCall, theirs.perCall < 0.1 ? 6 : 1),
          fixed(theirs.event, 1),
          named,
          fixed(ours.call, 1),
          fixed(ours.event, 1),
          `×${fixed(theirs.event / ours.event, 1)}`,
        ],
      ]
    }),
  )
  return table(['engine', 'tool', 'ns a call', 'events a call', 'ns an event', 'our level', 'ns a call', 'ns an event', 'theirs to ours'], lines)
}
