/**
 * Which call asked for an update. React's builds for development and profiling note, for DevTools, which fiber an update was asked of, in one
 * Set per lane and root (`pendingUpdatersLaneMap`), within `setState` itself. These Sets get an `add` of their own, which looks what the
 * current call is; only React has them. Production builds note nothing: there nobody can tell.
 */
import { SafeWeakMap, define, isArray, ownDescriptor, reflectApply, setIteratorNext, setValues } from '../recorder/intrinsics.ts'
import type { RecorderAccess } from './adapter.ts'
import type { Fiber } from './react-fibers.ts'

export interface FiberRoot {
  readonly current: Fiber
  readonly pendingUpdatersLaneMap?: readonly Set<Fiber>[]
  /** What asked for the updates that the commit shows; emptied right after the hook heard of it. */
  readonly memoizedUpdaters?: Set<Fiber>
}

type SetMethod<Result> = (this: Set<Fiber>, fiber: Fiber) => Result
const nativeAdd = Set.prototype.add as SetMethod<Set<Fiber>> // SAFE: of any Set
const nativeHas = Set.prototype.has as SetMethod<boolean> // SAFE: as above
const has = (fibers: unknown, fiber: Fiber): boolean =>
  fibers instanceof Set &&
  (reflectApply(nativeHas, fibers as Set<Fiber>, [fiber]) ||
    (fiber.alternate !== null && reflectApply(nativeHas, fibers as Set<Fiber>, [fiber.alternate]))) // SAFE: what React puts there

/** An update that a fiber was asked for. */
interface Asked {
  readonly lane: number
  /** The call that was the first to ask since the lane was last shown; 0 where no call ran. */
  readonly call: number
  /** React has begun with it, though the fiber is pending in the lane again. */
  isRendered: boolean
}

const isShown = (asked: Asked, lanes: readonly Set<Fiber>[], fiber: Fiber): boolean => asked.isRendered || !has(lanes[asked.lane], fiber)

/** Roots to be cleaned are remembered weakly; those that are gone are forgotten every so many. */
const SWEEP_EVERY = 64

export class ReactUpdaters {
  private readonly recorder: RecorderAccess
  private readonly asked = new SafeWeakMap<Fiber, Asked[]>()
  private readonly known = new SafeWeakMap<FiberRoot, true>()
  private roots: WeakRef<FiberRoot>[] = []
  private readonly adders: SetMethod<Set<Fiber>>[] = []
  private isActive = true

  constructor(recorder: RecorderAccess) {
    this.recorder = recorder
  }

  watch(root: FiberRoot): void {
    if (this.known.has(root)) return
    this.known.set(root, true)
    const lanes = lanesOf(root)
    for (let i = 0; i < lanes.length; i++) {
      const lane = lanes[i]
      if (lane instanceof Set) define(lane, 'add', { value: this.adderOf(i), configurable: true, writable: true, enumerable: false })
    }
    if (lanes.length === 0) return
    this.roots[this.roots.length] = new WeakRef(root)
    if (this.roots.length % SWEEP_EVERY === 0) this.roots = this.roots.filter(each => each.deref() !== undefined)
  }

  private adderOf(lane: number): SetMethod<Set<Fiber>> {
    const known = this.adders[lane]
    if (known !== undefined) return known
    const note = (lanes: Set<Fiber>, fiber: Fiber): void => this.note(lanes, fiber, lane)
    const add = function add(this: Set<Fiber>, fiber: Fiber): Set<Fiber> {
      note(this, fiber)
      return reflectApply(nativeAdd, this, [fiber])
    }
    this.adders[lane] = add
    return add
  }

  private note(pending: Set<Fiber>, fiber: Fiber, lane: number): void {
    if (!this.isActive) return
    try {
      const asked = this.askedOf(fiber)
      const known = asked?.find(each => each.lane === lane)
      // React adds fibers again when it renders the lane again, or waits: the program asked long before.
      if (known !== undefined) known.isRendered ||= !has(pending, fiber)
      else if (asked === undefined) this.asked.set(fiber, [{ lane, call: this.recorder.currentCall(), isRendered: false }])
      else asked[asked.length] = { lane, call: this.recorder.currentCall(), isRendered: false }
    } catch {
      this.recorder.fail('adapter-failed') // SAFE: the update goes on; counted.
    }
  }

  private askedOf(fiber: Fiber): Asked[] | undefined {
    return this.asked.get(fiber) ?? (fiber.alternate === null ? undefined : this.asked.get(fiber.alternate))
  }

  /** The call that asked for what the present commit of `root` shows of this fiber; 0 where it is not known. */
  callOf(root: FiberRoot, fiber: Fiber): number {
    const asked = this.isUpdater(root, fiber) ? this.askedOf(fiber) : undefined
    const lanes = lanesOf(root)
    return asked?.find(each => each.call !== 0 && isShown(each, lanes, fiber))?.call ?? 0
  }

  isUpdater(root: FiberRoot, fiber: Fiber): boolean {
    return has(root.memoizedUpdaters, fiber)
  }

  /** Of the whole commit: the first that is known. */
  causeOf(root: FiberRoot): number {
    let cause = 0
    eachUpdater(root, fiber => {
      if (cause === 0) cause = this.callOf(root, fiber)
    })
    return cause
  }

  /** Forgets what the commit showed; what waits in other lanes is kept. */
  committed(root: FiberRoot): void {
    const lanes = lanesOf(root)
    eachUpdater(root, fiber => {
      const asked = this.askedOf(fiber)
      if (asked === undefined) return
      const left = asked.filter(each => !isShown(each, lanes, fiber))
      this.asked.delete(fiber)
      if (fiber.alternate !== null) this.asked.delete(fiber.alternate)
      if (left.length > 0) this.asked.set(fiber, left)
    })
  }

  detach(): void {
    this.isActive = false
    for (const reference of this.roots) {
      const root = reference.deref()
      if (root === undefined) continue
      const lanes = lanesOf(root)
      for (let i = 0; i < lanes.length; i++) {
        const lane = lanes[i] as Set<Fiber> // SAFE: i is below the length
        if (ownDescriptor(lane, 'add')?.value === this.adders[i]) Reflect.deleteProperty(lane, 'add')
      }
    }
    this.roots = []
  }
}

const lanesOf = (root: FiberRoot): readonly Set<Fiber>[] => (isArray(root.pendingUpdatersLaneMap) ? root.pendingUpdatersLaneMap : [])

function eachUpdater(root: FiberRoot, visit: (fiber: Fiber) => void): void {
  if (!(root.memoizedUpdaters instanceof Set)) return
  const iterator = setValues(root.memoizedUpdaters)
  for (let next = setIteratorNext(iterator); !next.done; next = setIteratorNext(iterator)) visit(next.value as Fiber) // SAFE: what React puts there
}
