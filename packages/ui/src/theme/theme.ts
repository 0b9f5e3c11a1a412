/** Light, dark, or as the system says; the choice is kept in this browser. */
import { effect, signal } from '@preact/signals-core'
import type { ReadonlySignal } from '@preact/signals-core'

export const THEMES = ['system', 'light', 'dark'] as const
export type ThemeName = (typeof THEMES)[number]

export interface Theme {
  readonly name: ReadonlySignal<ThemeName>
  /** Changes whenever the colours on screen change, whatever the reason; canvases redraw on it. */
  readonly version: ReadonlySignal<number>
  readonly isDark: () => boolean
  next(): void
  choose(name: ThemeName): void
}

const KEY = 'hindscope.theme'

function stored(): ThemeName {
  try {
    return THEMES.find(theme => theme === localStorage.getItem(KEY)) ?? 'system'
  } catch {
    return 'system' // SAFE: storage is blocked in some frames; the choice then lasts as long as the page.
  }
}

export function createTheme(): Theme {
  const name = signal<ThemeName>(stored())
  const version = signal(0)
  const systemDark = window.matchMedia('(prefers-color-scheme: dark)')
  systemDark.addEventListener('change', () => version.value++)
  effect(() => {
    if (name.value === 'system') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = name.value
    version.value = version.peek() + 1
  })
  const choose = (chosen: ThemeName): void => {
    try {
      localStorage.setItem(KEY, chosen)
    } catch {
      // SAFE: see stored().
    }
    name.value = chosen
  }
  return {
    name,
    version,
    isDark: () => (name.peek() === 'system' ? systemDark.matches : name.peek() === 'dark'),
    next: () => choose(THEMES[(THEMES.indexOf(name.peek()) + 1) % THEMES.length] ?? 'system'),
    choose,
  }
}
