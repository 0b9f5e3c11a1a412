/**
 * What a Node process tells of itself. Once a second, while it works: how busy the event loop was and how long it was held up, memory, and time spent on
 * garbage collection, each where it has changed; a collection that took long by itself. An idle process tells nothing. And who asked for its end:
 * `process.exit`, `abort`, `kill`, and `chdir`, as `lifecycle` events of the call.
 */
import { EventKind } from '@hindscope/protocol'
import type { EventLoopUtilization } from 'node:perf_hooks'
import type { Adapter, Detach, RecorderAccess } from '../adapters/adapter.ts'
import { combine, patchMethod } from '../adapters/patch.ts'
import { SafeMap, originalSetTimeout, reflectApply } from '../recorder/intrinsics.ts'

const EVERY_MS = 1000
/** Percent of the time, and of a processor; a process that does less is idle. On a machine that is busy with others, the loop alone seems to be at work. */
const IDLE_PERCENT = 1
/** A collection that is told by itself. */
const LONG_PAUSE_MS = 10
/** The event loop is looked at this often: what it wakes an idle process up for. */
const RESOLUTION_MS = 50
const MB = 1_048_576
const NS_PER_MS = 1e6
const US_PER_MS = 1000

/** What the process is asked to do, by the argument that says more about it. */
const ASKED = { exit: 'code', abort: undefined, kill: 'pid', chdir: 'directory' } as const
/** perf_hooks.constants.NODE_PERFORMANCE_GC_* */
const GC_KINDS: Readonly<Record<number, string>> = { 1: 'minor', 4: 'major', 8: 'incremental', 16: 'weak callbacks' }

export const platformAdapter: Adapter = {
  id: 'platform',
  attach(recorder) {
    const watch = new PlatformWatch(recorder)
    return combine([watch.attach(), ...Object.entries(ASKED).map(([key, argument]) => patchAsked(recorder, key, argument))])
  },
}

function patchAsked(recorder: RecorderAccess, key: string, argument: string | undefined): Detach | undefined {
  return patchMethod(process, key, (original, state) => {
    const methods = {
      [key](this: unknown, ...args: unknown[]): unknown {
        const more = argument === undefined || args.length === 0 ? {} : { [argument]: args[0], ...(key === 'kill' ? { signal: args[1] } : {}) }
        if (state.isActive) recorder.record(EventKind.lifecycle, 0, [{ name: `process ${key}`, ...more }])
        return reflectApply(original, this, args as never) // SAFE: what the caller gave
      },
    }
    return methods[key] as typeof original // SAFE: just made
  })
}

class PlatformWatch {
  private readonly recorder: RecorderAccess
  private readonly hooks = process.getBuiltinModule('node:perf_hooks')
  private readonly delay = this.hooks.monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  private readonly isMain = process.getBuiltinModule('node:worker_threads').isMainThread
  private readonly told = new SafeMap<string, number>()
  private utilization: EventLoopUtilization = this.hooks.performance.eventLoopUtilization()
  private cpu: NodeJS.CpuUsage = process.cpuUsage()
  private isActive = true
  private collectedMs = 0
  private collections = 0
  private wasIdle = true

  constructor(recorder: RecorderAccess) {
    this.recorder = recorder
  }

  attach(): Detach {
    const observer = new this.hooks.PerformanceObserver(list => this.collected(list.getEntries()))
    observer.observe({ entryTypes: ['gc'] })
    this.delay.enable()
    this.wait()
    return () => {
      this.isActive = false
      this.delay.disable()
      observer.disconnect()
    }
  }

  private wait(): void {
    const timer = originalSetTimeout(() => {
      if (!this.isActive) return
      this.wait()
      try {
        this.look()
      } catch {
        this.recorder.fail('adapter-failed') // SAFE: the process goes on; counted.
      }
    }, EVERY_MS)
    timer.unref()
  }

  private look(): void {
    const now = this.hooks.performance.eventLoopUtilization()
    const busy = percentOf(this.hooks.performance.eventLoopUtilization(now, this.utilization).utilization)
    this.utilization = now
    const { user, system } = process.cpuUsage(this.cpu)
    this.cpu = process.cpuUsage()
    const isIdle = busy < IDLE_PERCENT || (user + system) / US_PER_MS < (EVERY_MS * IDLE_PERCENT) / 100
    // The first idle second after a busy one says that it is over.
    if (!isIdle || !this.wasIdle) {
      this.tell('event loop', busy, '%', 1)
      this.tell('event loop delay', Math.max(0, round(this.delay.max / NS_PER_MS - RESOLUTION_MS)), 'ms', 1)
      const { heapUsed, rss, external } = process.memoryUsage()
      this.tell('heap', round(heapUsed / MB), 'MB', 1)
      this.tell('outside the heap', round(external / MB), 'MB', 1)
      // Threads share it.
      if (this.isMain) this.tell('memory', round(rss / MB), 'MB', 1)
      this.tell('garbage collection', round(this.collectedMs), 'ms', 0.1, { collections: this.collections })
    }
    this.collectedMs = this.collections = 0
    this.wasIdle = isIdle
    this.delay.reset()
  }

  /** Where it differs by `step` from what was told last. */
  private tell(name: string, value: number, unit: string, step: number, more: object = {}): void {
    if (Math.abs(value - (this.told.get(name) ?? 0)) < step) return
    this.told.set(name, value)
    this.metric({ name, value, unit, ...more })
  }

  private metric(fields: object): void {
    this.recorder.record(EventKind.metric, 0, [fields])
  }

  private collected(entries: readonly { readonly duration: number; readonly startTime: number; readonly detail?: unknown }[]): void {
    for (const { duration, startTime, detail } of entries) {
      this.collections++
      this.collectedMs += duration
      if (duration < LONG_PAUSE_MS) continue
      const kind = (detail as { kind?: number } | undefined)?.kind ?? 0 // SAFE: what Node puts there
      this.metric({ name: 'long collection', value: round(duration), unit: 'ms', kind: GC_KINDS[kind] ?? 'other', startMs: round(startTime) })
    }
  }
}

const round = (value: number): number => Math.round(value * 10) / 10
const percentOf = (part: number): number => round(part * 100)
