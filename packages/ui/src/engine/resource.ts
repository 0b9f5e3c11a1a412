/** A value that the engine answers for a key: asked again when the key changes, the older ask cancelled, the older value kept meanwhile. */
import { effect, signal } from '@preact/signals-core'
import type { ReadonlySignal } from '@preact/signals-core'
import type { Failure, Result } from './failure.ts'

export type Loaded<T> =
  | { readonly status: 'idle' }
  /** `value` is the one of the key before, still on screen. */
  | { readonly status: 'loading'; readonly value?: T }
  | { readonly status: 'ready'; readonly value: T }
  | { readonly status: 'failed'; readonly failure: Failure; readonly value?: T }

export interface Resource<T> {
  readonly state: ReadonlySignal<Loaded<T>>
  /** Asks again with the same key; the value on screen stays until the answer is there. */
  reload(): void
}

export const valueOf = <T>(loaded: Loaded<T>): T | undefined => ('value' in loaded ? loaded.value : undefined)

export interface ResourceOptions<K> {
  /** Whether the old value may stay on screen while the new key loads. Default: always. */
  readonly keep?: (before: K, now: K) => boolean
}

/**
 * `key` is read in a signal effect; undefined means that there is nothing to ask for. Keys are compared as JSON, so they may be
 * fresh objects.
 */
export function createResource<K, T>(
  key: () => K | undefined,
  load: (key: K, signal: AbortSignal) => Promise<Result<T>>,
  options: ResourceOptions<K> = {},
): Resource<T> {
  const state = signal<Loaded<T>>({ status: 'idle' })
  let current: K | undefined
  let currentText: string | undefined
  let running: AbortController | undefined

  const start = (next: K, old: T | undefined): void => {
    running?.abort()
    const controller = new AbortController()
    running = controller
    state.value = old === undefined ? { status: 'loading' } : { status: 'loading', value: old }
    void load(next, controller.signal).then(result => {
      if (controller.signal.aborted) return
      if (result.ok) state.value = { status: 'ready', value: result.value }
      else state.value = { status: 'failed', failure: result.failure, ...(old === undefined ? {} : { value: old }) }
    })
  }

  effect(() => {
    const next = key()
    const text = next === undefined ? undefined : JSON.stringify(next)
    if (text === currentText) return
    const old = current !== undefined && next !== undefined && (options.keep?.(current, next) ?? true) ? valueOf(state.peek()) : undefined
    current = next
    currentText = text
    if (next !== undefined) return start(next, old)
    running?.abort()
    state.value = { status: 'idle' }
  })
  return {
    state,
    reload() {
      if (current !== undefined) start(current, valueOf(state.peek()))
    },
  }
}
