/**
 * How short the collector's memory is, in four steps, each of which gives up something that matters more than the one before:
 *
 *   80 %  1  old sessions that were read go; they are read again when they are asked for
 *   90 %  2  what is derived goes, and with it the session into which nothing is being recorded
 *   95 %  3  realms are asked to record less
 *   98 %  4  no chunk is taken any more: connections are not read, and recorders keep what they have
 *
 * A step is left only well below where it was entered, so that nothing flickers.
 */
import { readFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

export const MEMORY_STEPS = [0, 1, 2, 3, 4] as const
export type MemoryStep = (typeof MEMORY_STEPS)[number]

/** Percent at which a step is entered, and below which it is left. */
const ENTER: Readonly<Record<MemoryStep, number>> = { 0: 0, 1: 80, 2: 90, 3: 95, 4: 98 }
const LEAVE: Readonly<Record<MemoryStep, number>> = { 0: 0, 1: 75, 2: 85, 3: 90, 4: 90 }

/** The step after `now`, at `percent` of the limit. Pure. */
export function nextStep(now: MemoryStep, percent: number): MemoryStep {
  for (const step of MEMORY_STEPS.toReversed()) {
    if (percent >= ENTER[step] || (step <= now && percent >= LEAVE[step])) return step
  }
  return 0
}

export interface MemoryUse {
  readonly usedBytes: number
  readonly limitBytes: number
  readonly percent: number
}

/** The tightest of the limits: `limitBytes` unless it is 0, the engine's heap, the container, the machine. */
export function memoryUse(limitBytes: number): MemoryUse {
  const { heapUsed, external, rss } = process.memoryUsage()
  const uses = [
    { usedBytes: heapUsed, limitBytes: getHeapStatistics().heap_size_limit },
    { usedBytes: rss, limitBytes: containerLimit() ?? totalmem() },
    // `external` counts array buffers too.
    ...(limitBytes === 0 ? [] : [{ usedBytes: heapUsed + external, limitBytes }]),
  ].map(use => ({ ...use, percent: (100 * use.usedBytes) / use.limitBytes }))
  return uses.reduce((tightest, use) => (use.percent > tightest.percent ? use : tightest))
}

const CONTAINER_FILES = ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes']

/** What the container may use; undefined outside of one. */
function containerLimit(): number | undefined {
  container ??= CONTAINER_FILES.map(readLimit).find(limit => limit !== undefined) ?? Infinity
  return container < totalmem() ? container : undefined
}
let container: number | undefined

function readLimit(path: string): number | undefined {
  try {
    const limit = Number(readFileSync(path, 'utf8'))
    return Number.isFinite(limit) && limit > 0 ? limit : undefined
  } catch {
    return undefined // SAFE: no such container here, or none of Linux's.
  }
}

const WATCH_MS = 500
/** Or after so much was stored: recorders together are quicker than a clock. */
const WATCH_BYTES = 8 * 1024 * 1024
/** A collection of everything stops the collector for a moment: at most one part in so many of its time goes into them. */
const COLLECT_SHARE = 5
/** From this step on recordings suffer: it is left as soon as there is memory, not when the engine comes to collecting it. */
const LIVE_STEP = 3

/** What nobody holds any more is no use of memory, and engines collect it late: before anything is given up it is collected. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('typeof gc === "function" ? gc : undefined')
  if (typeof collect === 'function') collect()
}

/** Called at each look while the step is not 0, and when it becomes 0. Tells whether it gave up memory that is worth collecting. */
export type StepListener = (step: MemoryStep, before: MemoryStep, use: MemoryUse) => boolean

/** Looks now and then, and says when the step changes or lasts. */
export class MemoryWatch {
  private readonly limitBytes: number
  private readonly onStep: StepListener
  private hasFreed = false
  private readonly timer: NodeJS.Timeout
  private mayCollectAtMs = -Infinity
  private storedBytes = 0
  step: MemoryStep = 0
  use: MemoryUse

  constructor(limitBytes: number, onStep: StepListener) {
    this.limitBytes = limitBytes
    this.onStep = onStep
    this.use = memoryUse(limitBytes)
    this.timer = setInterval(() => this.look(), WATCH_MS).unref()
  }

  look(): void {
    this.use = memoryUse(this.limitBytes)
    const before = this.step
    const now = performance.now()
    const isShort = nextStep(before, this.use.percent) > before || before >= LIVE_STEP
    if (this.hasFreed || (isShort && now > this.mayCollectAtMs)) {
      this.hasFreed = false
      collectGarbage()
      this.mayCollectAtMs = now + COLLECT_SHARE * (performance.now() - now)
      this.use = memoryUse(this.limitBytes)
    }
    this.step = nextStep(before, this.use.percent)
    if (this.step > 0 || before > 0) this.hasFreed = this.onStep(this.step, before, this.use)
  }

  /** So much more is in memory, by way of a chunk. */
  stored(bytes: number): void {
    this.storedBytes += bytes
    if (this.storedBytes < WATCH_BYTES) return
    this.storedBytes = 0
    this.look()
  }

  close(): void {
    clearInterval(this.timer)
  }
}
