/**
 * The page's view as one workbench sees it, until it is taken away. A workbench belongs to one engine; when another trace is opened it
 * is left behind, and nothing it watches may move any more: neither does it ask again, nor does it write into the view.
 */
import { computed, signal } from '@preact/signals-core'
import type { ReadonlySignal } from '@preact/signals-core'
import type { ViewModel } from './view-model.ts'

export interface ModelGate {
  readonly model: ViewModel
  /** The view stays as it is now, for whoever still looks. */
  close(): void
}

export function createModelGate(page: ViewModel): ModelGate {
  const isOpen = signal(true)
  const gated = <T>(source: ReadonlySignal<T>): ReadonlySignal<T> => {
    let last = source.peek()
    return computed(() => (isOpen.value ? (last = source.value) : last))
  }
  const model: ViewModel = {
    ...page,
    history: gated(page.history),
    lastChange: gated(page.lastChange),
    view: gated(page.view),
    session: gated(page.session),
    moment: gated(page.moment),
    filter: gated(page.filter),
    sourcePlace: gated(page.sourcePlace),
    preview: signal(undefined),
    commit: patch => isOpen.peek() && page.commit(patch),
    adjust: patch => isOpen.peek() && page.adjust(patch),
    load: view => isOpen.peek() && page.load(view),
    walk: delta => isOpen.peek() && page.walk(delta),
  }
  return { model, close: () => (isOpen.value = false) }
}
