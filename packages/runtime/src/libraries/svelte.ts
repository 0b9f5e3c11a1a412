/**
 * Runes of Svelte 5, as compiled for development: each `$state` that has a name is a store whose state is `value`, as long as that is no object, told within the call that writes it;
 * `$derived` and effects that run again because of one are told with its name, and with who wrote it.
 *
 * Svelte has no hooks. Its compiler names what it makes (`$.tag($.state(0), 'count')`), and what that gives is handed over: from then on the signal's own
 * comparator, which Svelte asks at each write, tells of what differs before it marks what depends on it. What lies inside an object of `$state` are
 * signals that Svelte makes by itself: these are not met.
 *
 * @table state
 * @name svelte (runes)
 * @versions 5
 * @told what its compiler names in development (`$state`, `$derived`): who wrote a `$state`, its values that are no objects; `$derived` and effects
 *   that ran again, of which component, for which `$state` or `$derived`, who wrote it
 * @not-told what lies inside an object of `$state`; which of two states of one name; mounting is seen as the call of the component's function
 * @jump no
 */
import { SafeWeakMap, define, hasOwn, isArray, originalQueueMicrotask, ownDescriptor, performanceNow, reflectApply } from '../recorder/intrinsics.ts'
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { RenderRecorder, isObject, ownText, ownValue } from '../adapters/render-recorder.ts'
import type { RenderCause } from '../adapters/render-recorder.ts'
import { StateRecorder } from '../adapters/state-recorder.ts'
import type { RecordedStore } from '../adapters/state-recorder.ts'
import { watchingAdapter } from '../adapters/watching-adapter.ts'
import type { ValueWatch } from '../adapters/watching-adapter.ts'

type Method = (this: unknown, ...args: never[]) => unknown

/** What depends on a signal: an effect, or something derived. Since its last run, and the call that asked for the next first. */
interface Known {
  causes: RenderCause[]
  call: number
  /** While it runs: what it found to have changed belongs to this run. */
  running: RenderCause[] | undefined
  /** What caused its last run. */
  link: number
}

/** States that are stores. */
const MAX_STORES = 1000
/** Of one signal, that a write is noted at. */
const MAX_REACTIONS = 1000
const MAX_CAUSES = 20

export const svelteAdapter: LibraryAdapter = watchingAdapter('svelte', recorder => new RunesWatch(recorder))

export const observe: Observe = registerLibrary(svelteAdapter, 'svelte/internal/client')

class RunesWatch implements ValueWatch {
  private readonly recorder: RecorderAccess
  private readonly states: StateRecorder
  private readonly renders: RenderRecorder
  private readonly known = new SafeWeakMap<object, Known>()
  private stores = 0
  private isBatchOpen = false
  private isActive = true

  constructor(recorder: RecorderAccess) {
    this.recorder = recorder
    this.states = new StateRecorder(recorder, 'svelte')
    this.renders = new RenderRecorder(recorder, 'svelte')
  }

  /** A signal that was named. */
  observe(signal: unknown): Detach | undefined {
    const before = isObject(signal) ? ownDescriptor(signal, 'equals') : undefined
    const original: unknown = before?.value
    const label = ownText(signal, 'label')
    if (!isObject(signal) || before?.writable !== true || typeof original !== 'function' || label === undefined || !hasOwn(signal, 'reactions'))
      return undefined
    const isDerived = typeof ownValue(signal, 'fn') === 'function'
    const recorded = isDerived || this.stores++ >= MAX_STORES ? undefined : this.states.open(label, stateOf(ownValue(signal, 'v')))
    const written = (value: unknown): void => this.guarded(() => this.written(signal, label, recorded, value))
    if (isDerived) this.watchRuns(signal)
    const equals = function (this: unknown, ...args: unknown[]): unknown {
      const isSame = reflectApply(original as Method, this, args as never) // SAFE: typeof says so
      if (!isSame) written(args[0])
      return isSame
    }
    if (!define(signal, 'equals', { ...before, value: equals })) return undefined
    return () => {
      recorded?.close()
      if (ownDescriptor(signal, 'equals')?.value === equals) define(signal, 'equals', before)
    }
  }

  close(): void {
    this.isActive = false
  }

  private guarded(work: () => void): void {
    if (this.isActive) this.states.guarded(work)
  }

  private written(signal: object, label: string, recorded: RecordedStore | undefined, value: unknown): void {
    const isDerived = this.known.has(signal)
    recorded?.changed(stateOf(value))
    const call = this.known.get(signal)?.link ?? this.recorder.currentCall()
    const reactions = ownValue(signal, 'reactions')
    for (let i = 0; isArray(reactions) && i < reactions.length && i < MAX_REACTIONS; i++) {
      const reaction: unknown = reactions[i]
      if (!isObject(reaction)) continue
      const known = this.watchRuns(reaction)
      const isFound = isDerived && known.running !== undefined
      if (!isFound) known.call ||= call
      const causes = (isFound ? known.running : undefined) ?? known.causes
      if (causes.length < MAX_CAUSES && !causes.some(({ name }) => name === label)) causes.push({ kind: 'state', name: label })
    }
  }

  /** Its function stands in ours from now on. */
  private watchRuns(reaction: object): Known {
    let known = this.known.get(reaction)
    if (known !== undefined) return known
    known = { causes: [], call: 0, running: undefined, link: 0 }
    this.known.set(reaction, known)
    const before = ownDescriptor(reaction, 'fn')
    const original: unknown = before?.value
    if (before?.writable !== true || typeof original !== 'function') return known
    const run = (thisArg: unknown, args: readonly unknown[]): unknown => this.run(reaction, original as Method, thisArg, args) // SAFE: typeof says so
    const fn = function (this: unknown, ...args: unknown[]): unknown {
      return run(this, args)
    }
    define(reaction, 'fn', { ...before, value: fn })
    return known
  }

  private run(reaction: object, original: Method, thisArg: unknown, args: readonly unknown[]): unknown {
    const known = this.known.get(reaction)
    // Without a cause it runs for the first time, or for something that is not met.
    if (!this.isActive || known === undefined || known.causes.length === 0) return reflectApply(original, thisArg, args as never) // SAFE: what Svelte gave
    const { causes, call } = known
    Object.assign(known, { causes: [], call: 0, link: call, running: causes })
    const startMs = performanceNow()
    try {
      return reflectApply(original, thisArg, args as never)
    } finally {
      known.running = undefined
      this.guarded(() => this.ran(reaction, causes, call, performanceNow() - startMs))
    }
  }

  private ran(reaction: object, because: RenderCause[], link: number, durationMs: number): void {
    const label = ownText(reaction, 'label')
    const made = ownValue(reaction, 'component_function') ?? ownValue(ownValue(reaction, 'ctx'), 'function')
    const part = label === undefined ? 'effect' : `derived ${label}`
    this.renders.render({ component: ownText(made, 'name') ?? 'root', part, reason: 'update', because, durationMs }, link)
    if (this.isBatchOpen) return
    this.isBatchOpen = true
    // Svelte runs all that is due in one go.
    originalQueueMicrotask(() => {
      this.isBatchOpen = false
      this.renders.endBatch()
    })
  }
}

/** Of an object nobody says when something in it changes, so that its state would soon be another one than what is told. */
const stateOf = (value: unknown): object => (isObject(value) ? {} : { value })
