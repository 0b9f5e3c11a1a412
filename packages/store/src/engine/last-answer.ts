/** What was computed for a session last, for the next page of the same question. */
import type { TraceStore } from '../model/trace-store.ts'

export class LastAnswer<T> {
  private readonly answers = new WeakMap<TraceStore, { readonly key: string; readonly value: T }>()

  /** `scope`: what the answer depends on besides what the store holds; as JSON. */
  of(store: TraceStore, scope: unknown, compute: () => T): T {
    const key = JSON.stringify([store.version, scope])
    const known = this.answers.get(store)
    if (known?.key === key) return known.value
    const value = compute()
    this.answers.set(store, { key, value })
    return value
  }
}
