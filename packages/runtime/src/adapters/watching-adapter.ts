/** Adapters whose values are all observed by one object a recorder, which keeps what they have in common: patches of prototypes, what is under way. */
import { SafeWeakMap } from '../recorder/intrinsics.ts'
import type { Detach, RecorderAccess } from './adapter.ts'
import type { LibraryAdapter } from './library-adapter.ts'

export interface ValueWatch {
  /** As LibraryAdapter.observe. */
  observe(value: unknown): Detach | undefined
}

/** `open` is called when a recorder meets the first value. */
export function watchingAdapter(id: string, open: (recorder: RecorderAccess) => ValueWatch): LibraryAdapter {
  const watches = new SafeWeakMap<RecorderAccess, ValueWatch>()
  return {
    id,
    observe(recorder, { value }) {
      let watch = watches.get(recorder)
      if (watch === undefined) watches.set(recorder, (watch = open(recorder)))
      return watch.observe(value)
    },
  }
}
