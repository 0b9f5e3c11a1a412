/** Brings together the adapters of libraries that are loaded and what the program gets from these libraries. */
import { EventKind } from '@hindscope/protocol'
import type { Detach, RecorderAccess } from './adapters/adapter.ts'
import type { LibraryAdapter } from './adapters/library.ts'
import type { HookRegistry } from './hook-object.ts'
import { SafeWeakMap } from './recorder/intrinsics.ts'

/** What stands in the trace about one adapter. */
type Told = 'adapter-attached' | 'adapter-unsupported'

const CHAIN_MARK = '()'.length

export class LibraryWatch {
  private readonly recorder: RecorderAccess
  private readonly registry: HookRegistry
  private readonly realm: object
  private readonly detachers: Detach[] = []
  /** Values that an adapter has seen. */
  private readonly seen = new SafeWeakMap<object, true>()
  /** What is told once. */
  private readonly told: Record<string, true> = { __proto__: null } as object as Record<string, true> // SAFE: filled by `tell`

  constructor(recorder: RecorderAccess, registry: HookRegistry, realm: object) {
    this.recorder = recorder
    this.registry = registry
    this.realm = realm
    for (const id of Object.keys(registry.libraries)) this.add(registry.libraries[id] as LibraryAdapter) // SAFE: own key
    registry.onLibrary = adapter => this.add(adapter)
  }

  private add(adapter: LibraryAdapter): void {
    try {
      const detach = adapter.attach?.(this.recorder, this.realm)
      if (detach !== undefined) this.detachers.push(detach)
    } catch {
      this.recorder.fail('adapter-failed') // SAFE: the program runs without this adapter; counted.
    }
  }

  /** `source`: library and export; `()` behind it where a chain of calls began there, which may have given anything. */
  saw(id: string, source: string, value: unknown): void {
    const adapter = this.registry.libraries[id]
    if (adapter?.observe === undefined || ((typeof value !== 'object' || value === null) && typeof value !== 'function')) return
    if (this.seen.has(value)) return
    this.seen.set(value, true)
    const isChain = source.endsWith('()')
    const space = source.indexOf(' ')
    try {
      const detach = adapter.observe(this.recorder, {
        library: source.slice(0, space),
        name: source.slice(space + 1, isChain ? -CHAIN_MARK : source.length),
        value,
      })
      if (detach !== undefined) this.detachers.push(detach)
      else if (isChain) return
      else this.recorder.fail('adapter-unsupported')
      this.tell(detach === undefined ? 'adapter-unsupported' : 'adapter-attached', source)
    } catch {
      this.recorder.fail('adapter-failed') // SAFE: as above
    }
  }

  private tell(operation: Told, reason: string): void {
    const key = `${operation} ${reason}`
    if (this.told[key]) return
    this.told[key] = true
    this.recorder.record(EventKind.traceControl, 0, [{ operation, reason }])
  }

  detach(): void {
    this.registry.onLibrary = undefined
    for (const detach of this.detachers.splice(0).reverse()) {
      try {
        detach()
      } catch {
        this.recorder.fail('adapter-failed') // SAFE: the others are still detached; counted.
      }
    }
  }
}
