/**
 * Keeps the address and the view the same. Standalone, committed places become entries of the browser's history; inside an iframe
 * only the current entry is rewritten, because new ones would land in the history of the page around us and break its Back button.
 */
import { effect } from '@preact/signals-core'
import { diagnostic } from '@hindscope/protocol'
import { formatView, parseView } from './url-codec.ts'
import type { ParsedView } from './url-codec.ts'
import type { ViewModel } from './view-model.ts'

interface EntryState {
  readonly hindscope: number
}

const indexOf = (state: unknown): number | undefined => {
  const index = (state as EntryState | null)?.hindscope // SAFE: optional read of a field that is checked next.
  return typeof index === 'number' ? index : undefined
}

export function tellIgnored(model: ViewModel, parsed: ParsedView): void {
  for (const part of parsed.ignored) {
    const { message, fix } = diagnostic('ui-link-part-ignored', 'warning', { part: part.slice(0, 60) })
    model.notify(`${message} ${fix}`, 'problem')
  }
}

export function bindBrowser(model: ViewModel, unknown: ParsedView['unknown']): void {
  const framed = window.parent !== window
  let written = window.location.hash
  let pushed = 0
  effect(() => {
    const { index } = model.history.value
    const hash = formatView(model.view.value, unknown)
    const change = model.lastChange.peek()
    if (hash === written) return
    written = hash
    const state: EntryState = { hindscope: index }
    if (change === 'push' && !framed) {
      pushed = index
      window.history.pushState(state, '', hash)
    } else if (change !== 'walk' || framed) window.history.replaceState(state, '', hash)
  })
  window.addEventListener('popstate', event => {
    const index = indexOf(event.state)
    const here = model.history.peek().index
    written = window.location.hash
    if (index !== undefined && index <= pushed && index !== here && model.walk(index - here)) return
    const parsed = parseView(window.location.hash)
    tellIgnored(model, parsed)
    if (formatView(parsed.view, unknown) !== formatView(model.view.peek(), unknown)) model.load(parsed.view)
  })
}

/** Alt+Left and Alt+Right: through the browser where its history holds our places, else directly. */
export function walkPlaces(model: ViewModel, delta: number): void {
  const framed = window.parent !== window
  const { index, places } = model.history.peek()
  if (places[index + delta] === undefined) return
  if (framed) model.walk(delta)
  else window.history.go(delta)
}
