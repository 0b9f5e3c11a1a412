// Runs one program in this realm, plain or recorded, and times it: the same text in Node and in a page. A program is a module that
// exports `main`, which gives the same value every time, and perhaps `calls` (how many calls one run makes) and `expected`.
import { createRecorder } from '@hindscope/runtime'

const now = () => performance.now()
/** CPU time of the process in milliseconds; none in a page. */
const cpuNow = () => {
  if (typeof process === 'undefined') return Infinity
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
// Between batches the event loop turns, so that timers run as they do in a program that is not a loop.
const turn = () => new Promise(resolve => setTimeout(resolve, 0))
const PATIENCE_MS = 3000
const sum = values => values.reduce((a, b) => a + b, 0)

/**
 * `level`: `plain`, or what is recorded; the program's file holds probes for it. `options` go to the recorder. `time`: milliseconds of
 * warm-up, of a batch, and how many batches. Gives the best batch, the mean of all and their CPU time per run,
 * in milliseconds, all without warm-up. `watch` starts what is watched meanwhile and gives how to read it.
 */
export async function drive({ program, level, options, time, watch }) {
  let bytes = 0
  let chunks = 0
  // Like a file: what was written is needed no more.
  let recycle
  const sink = {
    open(context) {
      recycle = context.recycle
    },
    accept(chunk) {
      bytes += chunk.bytes.length
      chunks++
      recycle(chunk)
    },
  }
  const recorder = level === 'plain' ? undefined : createRecorder({ sink, level, ...options })
  if (recorder && !recorder.install(globalThis)) throw new Error('the recorder was refused')
  const { main, calls = 1, expected } = await import(program)
  const first = main()
  const isAsync = first instanceof Promise
  const value = await first
  if (expected !== undefined && value !== expected) throw new Error(`gave ${value} instead of ${expected}`)
  const runs = isAsync
    ? async count => {
        let last
        for (let i = 0; i < count; i++) last = await main()
        return last
      }
    : count => {
        let last
        for (let i = 0; i < count; i++) last = main()
        return last
      }
  // A program in a loop never waits, so neither clock can show less than its thread worked: the wall's shows more when other processes
  // are given the processor, the process's when its other threads compile and collect.
  const batch = async count => {
    const cpuStarted = cpuNow()
    const started = now()
    const last = isAsync ? await runs(count) : runs(count)
    const wall = now() - started
    const cpu = cpuNow() - cpuStarted
    const took = cpu > 0 ? Math.min(wall, cpu) : wall
    if (last !== value) throw new Error('the program changed its result')
    return took
  }

  let done = 1
  let warmed = 0
  let pace = 1
  let lastTook
  do {
    lastTook = await batch(pace)
    warmed += lastTook
    done += pace
    if (lastTook < time.batch / 4) pace *= 2
    await turn()
  } while (warmed < time.warm)
  let count = 1
  if (lastTook < time.batch) {
    const took = await batch(pace)
    count = Math.max(1, Math.round((time.batch / Math.max(0.01, took)) * pace))
    done += pace
  }

  const watched = await watch?.()
  const eventsBefore = recorder?.stats().events ?? 0
  const took = []
  const measured = now()
  // What takes seconds is measured once.
  while (took.length < time.batches && (took.length === 0 || now() - measured < PATIENCE_MS)) {
    took.push(await batch(count))
    await turn()
  }
  done += count * took.length
  const { gcMs, cpuMs } = watched === undefined ? { gcMs: 0, cpuMs: 0 } : await watched()
  const events = recorder?.stats().events ?? 0
  const { errors = {}, dropped = 0 } = recorder?.stats() ?? {}
  recorder?.flushNow()
  return {
    best: Math.min(...took) / count,
    mean: sum(took) / (count * took.length),
    cpu: cpuMs / (count * took.length),
    gcShare: gcMs / sum(took),
    calls,
    check: digest(String(value)),
    runs: done,
    events,
    eventsPerRun: (events - eventsBefore) / (count * took.length),
    bytes,
    chunks,
    dropped,
    failed: Object.entries(errors)
      .filter(([, times]) => times > 0)
      .map(([code, times]) => `${code} ${times}`)
      .join(', '),
  }
}

/** Short, and different for what differs: FNV-1a. */
function digest(text) {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return `${text.length}:${(hash >>> 0).toString(16)}`
}
