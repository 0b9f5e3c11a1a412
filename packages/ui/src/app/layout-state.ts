/** Sizes of the panes and which are folded; kept in this browser, not in links: it is about the reader's screen, not the moment. */
import { effect, signal } from '@preact/signals-core'
import type { Signal } from '@preact/signals-core'

export const COMPACT_TABS = ['timeline', 'list', 'source', 'values'] as const
export type CompactTab = (typeof COMPACT_TABS)[number]

export interface Layout {
  readonly cssLeft: Signal<number>
  readonly cssRight: Signal<number>
  /** 0 = as high as its tracks need, up to a third of the page. */
  readonly cssTimeline: Signal<number>
  readonly leftFolded: Signal<boolean>
  readonly rightFolded: Signal<boolean>
  /** The pane shown where there is room for only one. */
  readonly compact: Signal<CompactTab>
  readonly help: Signal<boolean>
  /** What stands in the palette; absent while it is closed. */
  readonly palette: Signal<string | undefined>
}

const KEY = 'hindscope.layout.1'
interface Stored {
  readonly left?: unknown
  readonly right?: unknown
  readonly timeline?: unknown
  readonly leftFolded?: unknown
  readonly rightFolded?: unknown
}

function read(): Stored {
  try {
    return (JSON.parse(localStorage.getItem(KEY) ?? '{}') ?? {}) as Stored // SAFE: every field is checked where it is used.
  } catch {
    return {} // SAFE: unreadable settings are worth as much as none.
  }
}

const inside = (value: unknown, fallback: number): number => (typeof value === 'number' && value >= 0 && value < 4000 ? value : fallback)

export function createLayout(): Layout {
  const old = read()
  const layout: Layout = {
    cssLeft: signal(inside(old.left, 400)),
    cssRight: signal(inside(old.right, 360)),
    cssTimeline: signal(inside(old.timeline, 0)),
    leftFolded: signal(old.leftFolded === true),
    rightFolded: signal(old.rightFolded === true),
    compact: signal<CompactTab>('list'),
    help: signal(false),
    palette: signal<string | undefined>(undefined),
  }
  effect(() => {
    const now: Stored = {
      left: layout.cssLeft.value,
      right: layout.cssRight.value,
      timeline: layout.cssTimeline.value,
      leftFolded: layout.leftFolded.value,
      rightFolded: layout.rightFolded.value,
    }
    try {
      localStorage.setItem(KEY, JSON.stringify(now))
    } catch {
      // SAFE: storage is blocked in some frames; the layout then lasts as long as the page.
    }
  })
  return layout
}
