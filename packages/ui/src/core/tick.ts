/** A counter that follows a changing signal, but not faster than people read. */
import { effect, signal } from '@preact/signals-core'
import type { ReadonlySignal } from '@preact/signals-core'

const LEAST_MS = 700

/** The first change counts at once, those within the next 700 ms are counted together after them. */
export function createTick(read: () => number): ReadonlySignal<number> {
  const tick = signal(0)
  let known: number | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let missed = false
  const bump = (): void => {
    missed = false
    tick.value = tick.peek() + 1
    timer = setTimeout(() => {
      timer = undefined
      if (missed) bump()
    }, LEAST_MS)
  }
  effect(() => {
    const now = read()
    if (known === undefined || now === 0 || now === known) {
      known = now
      return
    }
    known = now
    if (timer === undefined) bump()
    else missed = true
  })
  return tick
}
