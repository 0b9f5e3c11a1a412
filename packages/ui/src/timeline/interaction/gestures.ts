/** Pointer and wheel over the lanes, told in CSS pixels. A press that does not move is a click. */

export interface Gestures {
  readonly onPan: (cssDelta: number) => void
  readonly onZoom: (factor: number, cssX: number) => void
  readonly onClick: (cssX: number, cssY: number) => void
  readonly onHover: (cssX: number, cssY: number) => void
  readonly onLeave: () => void
  readonly onFit: () => void
}

const CLICK_SLOP = 4
/** One notch of a mouse wheel (about 100) zooms by a quarter. */
const ZOOM_PER_PIXEL = 0.0022

export function attachGestures(element: HTMLElement, gestures: Gestures): () => void {
  const abort = new AbortController()
  const options = { signal: abort.signal }
  let pressed: { readonly x: number; last: number; moved: boolean } | undefined
  const place = (event: MouseEvent): readonly [number, number] => {
    const box = element.getBoundingClientRect()
    return [event.clientX - box.left, event.clientY - box.top]
  }
  element.addEventListener(
    'wheel',
    event => {
      const unit = event.deltaMode === 1 ? 16 : 1
      if (event.ctrlKey || event.metaKey) gestures.onZoom(Math.exp(event.deltaY * unit * ZOOM_PER_PIXEL), place(event)[0])
      else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY) || !scrolls(element))
        gestures.onPan((event.deltaX || event.deltaY) * unit)
      else return
      event.preventDefault()
    },
    { ...options, passive: false },
  )
  element.addEventListener(
    'pointerdown',
    event => {
      if (event.button !== 0) return
      pressed = { x: event.clientX, last: event.clientX, moved: false }
      element.setPointerCapture(event.pointerId)
    },
    options,
  )
  element.addEventListener(
    'pointermove',
    event => {
      if (!pressed) return gestures.onHover(...place(event))
      if (Math.abs(event.clientX - pressed.x) > CLICK_SLOP) pressed.moved = true
      if (pressed.moved) gestures.onPan(pressed.last - event.clientX)
      pressed.last = event.clientX
    },
    options,
  )
  element.addEventListener(
    'pointerup',
    event => {
      if (pressed && !pressed.moved) gestures.onClick(...place(event))
      pressed = undefined
    },
    options,
  )
  element.addEventListener('pointerleave', gestures.onLeave, options)
  element.addEventListener('dblclick', gestures.onFit, options)
  return () => abort.abort()
}

/** Whether a plain wheel has lanes to scroll; if not, it pans through time. */
function scrolls(element: HTMLElement): boolean {
  const scroller = element.closest('.lanes-scroll')
  return scroller !== null && scroller.scrollHeight > scroller.clientHeight + 1
}

/** A press and drag along the ruler or overview: from and to in CSS pixels, while moving and at the end. */
export function dragRange(element: HTMLElement, event: PointerEvent, onMove: (cssFrom: number, cssTo: number, ended: boolean) => void): void {
  const box = element.getBoundingClientRect()
  const cssFrom = event.clientX - box.left
  element.setPointerCapture(event.pointerId)
  const abort = new AbortController()
  const at = (move: PointerEvent): number => Math.min(box.width, Math.max(0, move.clientX - box.left))
  element.addEventListener('pointermove', move => onMove(cssFrom, at(move), false), { signal: abort.signal })
  element.addEventListener(
    'pointerup',
    up => {
      abort.abort()
      onMove(cssFrom, at(up), true)
    },
    { signal: abort.signal },
  )
  element.addEventListener('pointercancel', () => abort.abort(), { signal: abort.signal })
}
