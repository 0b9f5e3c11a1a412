/**
 * `@hindscope/runtime/in-page`: from an element of the page to the render that it comes from, in the UI. Nothing of this is in a page until it is
 * imported; nothing is drawn but the frame around the element under the pointer, while one is being picked.
 *
 * What it listens to is no part of the recording: it adds its listeners by the functions of an empty frame, which no recorder has touched.
 */
import { elementNamer } from '../adapters/native-reader.ts'
import { elementQuery } from './element-query.ts'
import type { ElementQuery } from './element-query.ts'

export interface PickOptions {
  /** Address of the UI, with its token; the Vite plugin answers at the one that is taken else. */
  readonly ui?: string
  /** Instead of opening a tab. */
  readonly open?: (address: string) => void
}

const UI_PATH = '/__hindscope/'

/** The page of the UI at the newest render of `element`. */
export function addressOf(element: Element, ui: string = UI_PATH): string {
  const address = new URL(ui, location.href)
  address.hash = `v=1&panel=search,values&q=${encodeURIComponent(queryOf(element).query)}`
  return address.href
}

const queryOf = (element: Element): ElementQuery => elementQuery(element, elementNamer(globalThis))

let stop: (() => void) | undefined

/**
 * Lets the reader pick an element: by pointer, or from the element that has the focus by arrows (up: what it lies in, down: its first part, left and
 * right: its neighbours). A click or Enter opens the UI; Escape gives up. A second call while one is picking starts anew. Returns what ends it.
 */
export function pickElement({ ui = UI_PATH, open = address => void window.open(address, 'hindscope') }: PickOptions = {}): () => void {
  stop?.()
  const frame = document.createElement('iframe')
  frame.hidden = true
  document.documentElement.append(frame)
  const host = document.createElement('hindscope-pick')
  const root = host.attachShadow({ mode: 'closed' })
  const [box, words] = [made(root, BOX), made(root, WORDS)]
  words.setAttribute('role', 'status')
  document.documentElement.append(host)
  let chosen: Element | undefined
  const choose = (element: Element | null | undefined): void => {
    if (!element || element === host || element === document.documentElement) return
    chosen = element
    const { left, top, width, height } = element.getBoundingClientRect()
    Object.assign(box.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` })
    words.textContent = `${queryOf(element).name}: a click or Enter opens its last render, arrows walk, Escape ends`
    words.style.top = `${top > 40 ? top - 26 : top + height + 4}px`
    words.style.left = `${Math.max(4, left)}px`
  }
  const ended = (): void => {
    for (const [type, listener] of listeners) remove.call(window, type, listener as EventListener, true)
    host.remove()
    frame.remove()
    stop = undefined
  }
  const finish = (event: Event): void => {
    swallow(event)
    const element = chosen
    ended()
    if (element) open(addressOf(element, ui))
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' || event.key === 'Enter') {
      if (event.key === 'Enter') return finish(event)
      swallow(event)
      return ended()
    }
    const to = WALK[event.key]
    if (!to) return
    swallow(event)
    choose(chosen && to(chosen))
  }
  const listeners: readonly (readonly [string, (event: never) => void])[] = [
    ['pointermove', (event: PointerEvent) => choose(document.elementFromPoint(event.clientX, event.clientY))],
    ['pointerdown', swallow],
    ['pointerup', swallow],
    ['mousedown', swallow],
    ['mouseup', swallow],
    ['click', finish],
    ['keydown', onKey],
  ]
  // SAFE: a frame of this origin has a window, and the same functions.
  const { addEventListener: add, removeEventListener: remove } = (frame.contentWindow as Window & typeof globalThis).EventTarget.prototype
  for (const [type, listener] of listeners) add.call(window, type, listener as EventListener, true)
  choose(document.activeElement === document.body ? document.body.firstElementChild : document.activeElement)
  stop = ended
  return ended
}

/** The page does not learn of what is meant for us. */
function swallow(event: Event): void {
  event.preventDefault()
  event.stopImmediatePropagation()
}

const WALK: Readonly<Record<string, (element: Element) => Element | null>> = {
  ArrowUp: element => element.parentElement,
  ArrowDown: element => element.firstElementChild,
  ArrowLeft: element => element.previousElementSibling,
  ArrowRight: element => element.nextElementSibling,
}

/** Without markup or style sheets, which a page's policy may forbid. */
function made(root: ShadowRoot, look: Partial<CSSStyleDeclaration>): HTMLElement {
  const element = document.createElement('div')
  Object.assign(element.style, { position: 'fixed', zIndex: '2147483647', pointerEvents: 'none', ...look })
  root.append(element)
  return element
}

const BOX = { boxSizing: 'border-box', border: '2px solid #0a5bc4', background: '#0a5bc41f' }
const WORDS = {
  maxWidth: 'calc(100vw - 8px)',
  padding: '2px 8px',
  borderRadius: '4px',
  background: '#101318',
  color: '#e8ebef',
  font: '12px/18px system-ui',
}

/** For the dock of Vite DevTools: its button picks while it is active. */
export function setupDock({ current }: { readonly current: { readonly events: { on(name: string, run: () => void): unknown } } }): void {
  current.events.on('entry:activated', () => void pickElement())
  current.events.on('entry:deactivated', () => stop?.())
}
