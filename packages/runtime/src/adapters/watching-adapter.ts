/** Adapters whose values are all observed by one object a recorder, which keeps what they have in common: patches of prototypes, what is under way. */
import { SafeWeakMap } from '../recorder/intrinsics.ts'
import type { Detach, RecorderAccess } from './adapter.ts'
import type { LibraryAdapter } from './library-adapter.ts'

export interface ValueWatch {
  /** As LibraryAdapter.observe. */
  observe(value: unknown): Detach | undefined
  /** The recorder is gone: takes back what values share. They may be gone themselves, and their own detachers with them. */
  close(): void
}

/** `open` is called when a recorder meets the first value. */
export function watchingAdapter(id: string, open: (recorder: RecorderAccess) => ValueWatch): LibraryAdapter {
  const watches = new SafeWeakMap<RecorderAccess, ValueWatch>()
  return {
    id,
    attach: recorder => () => watches.get(recorder)?.close(),
    observe(recorder, { value }) {
      let watch = watches.get(recorder)
      if (watch === undefined) watches.set(recorder, (watch = open(recorder)))
      return watch.observe(value)
    },
  }
}

const nothing: Detach = () => {}

/** Patches of prototypes: made for the first value that has one, and taken back with it, or all at once. */
export class PatchedPrototypes {
  private readonly known = new SafeWeakMap<object, true>()
  private detachers: Detach[] = []

  has(prototype: object): boolean {
    return this.known.has(prototype)
  }

  /** Undefined when `patch` gives that; nothing to detach where the prototype is patched already. */
  once(prototype: object, patch: () => Detach | undefined): Detach | undefined {
    if (this.has(prototype)) return nothing
    const detach = patch()
    if (detach === undefined) return undefined
    this.known.set(prototype, true)
    const release = (): void => {
      this.detachers = this.detachers.filter(each => each !== release)
      this.known.delete(prototype)
      detach()
    }
    this.detachers.push(release)
    return release
  }

  close(): void {
    for (const release of this.detachers.toReversed()) release()
  }
}
