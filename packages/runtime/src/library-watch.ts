/**
 * Brings together the adapters of libraries that are loaded and what the program gets from these libraries. Comes with the first of them: a
 * program without known libraries carries nothing of it.
 */
import { EventKind } from '@hindscope/protocol'
import type { Detach, RecorderAccess } from './adapters/adapter.ts'
import type { LibraryAdapter } from './adapters/library-adapter.ts'
import type { HookOwner, HookRegistry, SharedHook } from './hook-object.ts'
import { SafeMap, SafeWeakMap } from './recorder/intrinsics.ts'

/** What stands in the trace about one adapter. */
type Told = 'adapter-attached' | 'adapter-unsupported'

/** More values than this are looked through for those that are gone. */
const FIRST_LIMIT = 64
const CHAIN_MARK = '()'.length
const WATCH = Symbol.for('hindscope.libraries')

/** The realm's: every copy of this file finds the first one's. */
export function watchOf(hook: SharedHook): Pick<LibraryWatch, 'add'> {
  const registry: HookRegistry & { [WATCH]?: LibraryWatch } = hook.registry
  return (registry[WATCH] ??= new LibraryWatch(hook))
}

class LibraryWatch {
  private readonly registry: HookRegistry
  private readonly adapters = new SafeMap<string, LibraryAdapter>()
  /** Values that an adapter of the present recorder has seen: a program may make a store for each request, and nothing here keeps it alive. */
  private seen = new SafeWeakMap<object, Detach | undefined>()
  private observed: WeakRef<object>[] = []
  private limit = FIRST_LIMIT
  /** What has been told once. */
  private told = new SafeMap<string, true>()

  constructor(hook: SharedHook) {
    this.registry = hook.registry
    hook.registry.onOwner = () => this.takeOver()
    this.takeOver()
    hook.lb = (adapter, source, value) => {
      this.saw(adapter, source, value)
      return value
    }
  }

  add(adapter: LibraryAdapter): void {
    if (this.adapters.has(adapter.id)) return
    this.adapters.set(adapter.id, adapter)
    const { owner } = this.registry
    if (owner !== undefined) this.attach(adapter, owner)
  }

  private takeOver(): void {
    this.seen = new SafeWeakMap()
    this.told = new SafeMap()
    this.observed = []
    const { owner } = this.registry
    if (owner === undefined) return
    owner.detachers.push(() => this.detach(owner.access))
    this.adapters.forEach(adapter => this.attach(adapter, owner))
  }

  private keep(value: object, detach: Detach): void {
    this.seen.set(value, detach)
    if (this.observed.length >= this.limit) {
      this.observed = this.observed.filter(each => each.deref() !== undefined)
      this.limit = Math.max(FIRST_LIMIT, this.observed.length * 2)
    }
    this.observed.push(new WeakRef(value))
  }

  private detach(access: RecorderAccess): void {
    for (const each of this.observed.splice(0).reverse()) {
      const value = each.deref()
      try {
        if (value !== undefined) this.seen.get(value)?.()
      } catch {
        access.fail('adapter-failed') // SAFE: the others are still detached; counted.
      }
    }
  }

  private attach(adapter: LibraryAdapter, { access, target, detachers }: HookOwner): void {
    try {
      const detach = adapter.attach?.(access, target)
      if (detach !== undefined) detachers.push(detach)
    } catch {
      access.fail('adapter-failed') // SAFE: the program runs without this adapter; counted.
    }
  }

  /** `source`: library and export; `()` behind it where a chain of calls began there, which may have given anything. */
  private saw(id: string, source: string, value: unknown): void {
    const { owner } = this.registry
    if (owner !== undefined) this.adapters.forEach(each => this.look(each, owner.access))
    const adapter = owner && this.adapters.get(id)
    if (!owner || adapter?.observe === undefined) return
    if (value === undefined && adapter.needsValues) this.missed(owner.access, source)
    if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return
    if (this.seen.has(value)) return
    this.seen.set(value, undefined)
    const { access } = owner
    const isChain = source.endsWith('()')
    const space = source.indexOf(' ')
    const name = source.slice(space + 1, isChain ? -CHAIN_MARK : source.length)
    try {
      const detach = adapter.observe(access, { library: source.slice(0, space), name, value })
      if (detach !== undefined) this.keep(value, detach)
      else if (isChain) return
      else access.fail('adapter-unsupported')
      this.tell(access, detach === undefined ? 'adapter-unsupported' : 'adapter-attached', source)
    } catch {
      access.fail('adapter-failed') // SAFE: as above
    }
  }

  /** Once: each module that imports the library hands it over. */
  private missed(access: RecorderAccess, source: string): void {
    if (this.told.has(`adapter-unsupported ${source}`)) return
    access.fail('adapter-unsupported')
    this.tell(access, 'adapter-unsupported', source)
  }

  private look(adapter: LibraryAdapter, access: RecorderAccess): void {
    try {
      adapter.look?.(access)
    } catch {
      access.fail('adapter-failed') // SAFE: as above
    }
  }

  private tell(access: RecorderAccess, operation: Told, reason: string): void {
    const key = `${operation} ${reason}`
    if (this.told.has(key)) return
    this.told.set(key, true)
    access.record(EventKind.traceControl, 0, [{ operation, reason }])
  }
}
