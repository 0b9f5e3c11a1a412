/**
 * Solid 1: components that are mounted and disposed of, and memos and effects that run again, with the signals that they run again for and the call that
 * set these. By the hooks that Solid's builds for development have for DevTools (`DEV.hooks`), which the program's modules hand over; builds for
 * production have none, which is told.
 *
 * Each computation is met before it first runs and its function stands in ours from then on, as with Solid's own DevTools. What a signal or memo is
 * written with is learnt from its comparator, which Solid asks before it marks what depends on it.
 *
 * @table user interface
 * @versions 1
 * @told components mounted and disposed of; memos and effects that ran again, the signals (for stores the keys that were set) that they ran for,
 *   who set them; development builds only
 * @not-told which of several keys set at once; resources
 */
import type { LibraryResult } from '@hindscope/protocol'
import { SafeWeakMap, define, originalQueueMicrotask, ownDescriptor, performanceNow, reflectApply } from '../recorder/intrinsics.ts'
import type { Detach, RecorderAccess } from '../adapters/adapter.ts'
import { registerLibrary } from '../adapters/library.ts'
import type { LibraryAdapter, Observe } from '../adapters/library.ts'
import { combine } from '../adapters/patch.ts'
import { RenderRecorder, isObject, ownText, ownValue } from '../adapters/render-recorder.ts'
import type { RenderCause } from '../adapters/render-recorder.ts'

type Method = (this: unknown, ...args: never[]) => unknown

/** SignalState, Computation and Owner of Solid 1, which Solid made: fields that it sets are read as they are. */
interface Node {
  readonly owner?: Node | null
  readonly name?: string
  fn?: Method
  readonly component?: unknown
  readonly observers?: readonly Node[] | null
  readonly sourceMap?: readonly unknown[]
  readonly graph?: Node
  readonly pure?: boolean
  readonly user?: boolean
  comparator?: Method
  cleanups?: Method[] | null
}

interface Known {
  /** Since its last run, and the first call that asked for the next. */
  causes: RenderCause[]
  call: number
  hasRun: boolean
  /** What caused its last run. */
  link: number
}

/** Observers of one signal that a write is noted at. */
const MAX_OBSERVERS = 1000
const MAX_CAUSES = 20
const MAX_OWNERS = 500

class SolidWatch {
  private readonly recorder: RecorderAccess
  private readonly renders: RenderRecorder
  private readonly known = new SafeWeakMap<Node, Known>()
  /** What caused the computations that run now, the innermost last. */
  private readonly links: number[] = []
  /** Keys of stores that were set since the last batch: what depends on them has no signal that is told. */
  private keys: string[] = []
  private keysCall = 0
  private isBatchOpen = false
  private isActive = true

  constructor(recorder: RecorderAccess) {
    this.recorder = recorder
    this.renders = new RenderRecorder(recorder, 'solid')
  }

  attach(hooks: object): Detach | undefined {
    const detach = combine([
      this.tap(hooks, 'afterCreateOwner', ([owner]) => this.created(owner as Node)), // SAFE: what Solid gives, here and below
      this.tap(hooks, 'afterRegisterGraph', ([node]) => this.watchWrites(node as Node)),
      this.tap(hooks, 'onStoreNodeUpdate', ([, key]) => this.stored(key)),
    ])
    return detach
  }

  close(): void {
    this.isActive = false
  }

  /** `hooks` has a function, or null. */
  private tap(hooks: object, key: string, listen: (args: readonly unknown[]) => void): Detach | undefined {
    const before = ownDescriptor(hooks, key)
    if (before?.writable !== true) return undefined
    const original: unknown = before.value
    const guarded = (args: readonly unknown[]): void => this.guarded(() => listen(args))
    const value = function (this: unknown, ...args: unknown[]): unknown {
      guarded(args)
      return typeof original === 'function' ? reflectApply(original as Method, this, args as never) : undefined // SAFE: typeof says so
    }
    if (!define(hooks, key, { ...before, value })) return undefined
    return () => {
      this.isActive = false
      if (ownDescriptor(hooks, key)?.value === value) define(hooks, key, before)
    }
  }

  private guarded(work: () => void): void {
    if (!this.isActive) return
    try {
      work()
    } catch {
      this.recorder.fail('adapter-failed') // SAFE: Solid goes on; counted.
    }
  }

  private knownOf(node: Node): Known {
    let known = this.known.get(node)
    if (known === undefined) this.known.set(node, (known = { causes: [], call: 0, hasRun: false, link: 0 }))
    return known
  }

  /** Roots have no function. Solid calls it with the value before. */
  private created(node: Node): void {
    const original = ownValue(node, 'fn')
    if (typeof original !== 'function') return
    const run = (thisArg: unknown, args: readonly unknown[]): unknown => this.run(node, original as Method, thisArg, args) // SAFE: typeof says so
    const fn = function (this: unknown, ...args: unknown[]): unknown {
      return run(this, args)
    }
    node.fn = fn
  }

  private run(node: Node, original: Method, thisArg: unknown, args: readonly unknown[]): unknown {
    if (!this.isActive) return reflectApply(original, thisArg, args as never) // SAFE: what Solid gave, here and below
    const depth = this.links.length
    const startMs = performanceNow()
    this.guarded(() => this.starts(node))
    try {
      return reflectApply(original, thisArg, args as never)
    } finally {
      this.guarded(() => this.ended(node, performanceNow() - startMs))
      this.links.length = depth
    }
  }

  private starts(node: Node): void {
    const known = this.knownOf(node)
    if (known.hasRun && known.causes.length === 0 && this.keys.length > 0) {
      for (const name of this.keys) addCause(known, name)
      known.call ||= this.keysCall
    }
    known.link = known.call !== 0 ? known.call : (this.links.at(-1) ?? this.recorder.currentCall())
    this.links.push(known.link)
    if (known.hasRun) return
    // Solid has filled the node meanwhile.
    if (node.component !== undefined) this.mounted(node)
    else if (node.observers !== undefined) this.watchWrites(node)
  }

  private ended(node: Node, durationMs: number): void {
    const known = this.knownOf(node)
    const { causes, hasRun, link } = known
    known.causes = []
    known.call = 0
    known.hasRun = true
    if (!hasRun || node.component !== undefined) return this.keepCleanup(node, hasRun)
    this.openBatch()
    this.renders.render({ component: this.componentOf(node), part: partOf(node), reason: 'update', because: causes, durationMs }, link)
  }

  private mounted(node: Node): void {
    this.openBatch()
    this.renders.render({ component: nameOf(node), reason: 'mount', because: [] }, this.links.at(-1) ?? 0)
  }

  /** What Solid runs when it disposes of the component, as for `onCleanup`. */
  private keepCleanup(node: Node, hasRun: boolean): void {
    if (hasRun || node.component === undefined) return
    const cleanup = (): void =>
      this.guarded(() => {
        this.openBatch()
        const link = this.links.at(-1) ?? this.recorder.currentCall()
        this.renders.render({ component: nameOf(node), reason: 'unmount', because: [] }, link)
      })
    if (node.cleanups) node.cleanups.push(cleanup)
    else node.cleanups = [cleanup]
  }

  /** Of signals when they are made, of memos when they first run. */
  private watchWrites(node: Node): void {
    if (!isObject(node) || !Object.hasOwn(node, 'comparator')) return
    const original = node.comparator
    const written = (): void => this.guarded(() => this.written(node))
    node.comparator = function (this: unknown, ...values: unknown[]): unknown {
      const isSame = original !== undefined && reflectApply(original, this, values as never)
      if (!isSame) written()
      return isSame
    }
  }

  private written(node: Node): void {
    const observers = node.observers ?? []
    const isMemo = node.fn !== undefined
    const call = isMemo ? this.knownOf(node).link : this.recorder.currentCall() || (this.links.at(-1) ?? 0)
    const name = nameOfSource(node)
    for (let i = 0; i < observers.length && i < MAX_OBSERVERS; i++) {
      const known = this.knownOf(observers[i] as Node) // SAFE: i is below the length
      known.call ||= call
      addCause(known, name)
    }
  }

  private stored(key: unknown): void {
    if (this.keys.length < MAX_CAUSES && !this.keys.includes(String(key))) this.keys.push(String(key))
    this.keysCall ||= this.recorder.currentCall()
    this.openBatch()
  }

  private componentOf(node: Node): string {
    let each = node.owner
    for (let i = 0; i < MAX_OWNERS && each; i++, each = each.owner) if (each.component !== undefined) return nameOf(each)
    return 'root'
  }

  private openBatch(): void {
    if (this.isBatchOpen) return
    this.isBatchOpen = true
    // Solid works all that is due in one go.
    originalQueueMicrotask(() => {
      this.isBatchOpen = false
      this.keys = []
      this.keysCall = 0
      this.renders.endBatch()
    })
  }
}

function addCause({ causes }: Known, name: string): void {
  if (causes.length < MAX_CAUSES && !causes.some(each => each.name === name)) causes.push({ kind: 'state', name })
}

const nameOf = (node: Node): string => ownText(node, 'name') ?? 'Anonymous'

/** Names are given by the program (`createSignal(0, { name: 'count' })`); others are numbered in the component that made them. */
function nameOfSource(node: Node): string {
  const name = ownText(node, 'name')
  if (name !== undefined) return name
  if (node.fn !== undefined) return 'memo'
  const at = node.graph?.sourceMap?.indexOf(node) ?? -1
  return at < 0 ? 'signal' : `signal#${at}`
}

function partOf(node: Node): string {
  const kind = node.observers !== undefined ? 'memo' : node.pure === true ? 'computed' : node.user === true ? 'effect' : 'render effect'
  const name = ownText(node, 'name')
  return name === undefined ? kind : `${kind} ${name}`
}

const watches = new SafeWeakMap<RecorderAccess, SolidWatch>()

export const solidAdapter: LibraryAdapter = {
  id: 'solid',
  needsValues: true,
  attach(recorder) {
    const watch = new SolidWatch(recorder)
    watches.set(recorder, watch)
    return () => watch.close()
  },
  observe(recorder: RecorderAccess, { value }: LibraryResult) {
    const hooks = ownValue(value, 'hooks')
    return isObject(hooks) ? watches.get(recorder)?.attach(hooks) : undefined
  },
}

/** Takes what Solid exports as `DEV`, before anything is rendered. Last, since it attaches at once. */
export const observe: Observe = registerLibrary(solidAdapter, 'solid-js')
