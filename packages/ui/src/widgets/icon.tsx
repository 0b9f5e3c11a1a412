/** Line icons, 16 × 16, drawn for this app. */
import type { VNode } from 'preact'

const PATHS = {
  first: 'M4 3v10M12.5 3.5 7 8l5.5 4.5z',
  previous: 'M10.5 3.5 5 8l5.5 4.5',
  next: 'M5.5 3.5 11 8l-5.5 4.5',
  last: 'M12 3v10M3.5 3.5 9 8l-5.5 4.5z',
  over: 'M2.5 9.5a5.5 5.5 0 0 1 10.6-2M13.5 3.5v4h-4M8 12.5h.01',
  back: 'M13.5 9.5a5.5 5.5 0 0 0-10.6-2M2.5 3.5v4h4M8 12.5h.01',
  into: 'M8 2v7.5M4.8 6.5 8 9.7l3.2-3.2M8 13.2h.01',
  out: 'M8 9.7V2.2M4.8 5.4 8 2.2l3.2 3.2M8 13.2h.01',
  error: 'M8 2.2 14.5 13.5h-13zM8 6.5v3.2M8 11.6h.01',
  sun: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9',
  moon: 'M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8z',
  system: 'M2 3.5h12v7.5H2zM6 13.5h4M8 11v2.5',
  search: 'M7 2.8a4.2 4.2 0 1 0 0 8.4 4.2 4.2 0 0 0 0-8.4zM10.2 10.2l3.3 3.3',
  close: 'M4 4l8 8M12 4l-8 8',
  chevron: 'M6 4l4 4-4 4',
  link: 'M6.5 9.5l3-3M7 4.6l1.2-1.2a3 3 0 0 1 4.3 4.3L11.2 9M9 11.4l-1.2 1.2a3 3 0 0 1-4.3-4.3L4.8 7',
  fit: 'M2.5 5.5v-3h3M13.5 5.5v-3h-3M2.5 10.5v3h3M13.5 10.5v3h-3',
  play: 'M5 3.2v9.6l7.5-4.8z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  reverse: 'M11 3.2v9.6L3.5 8z',
  gauge: 'M2.5 12a6 6 0 1 1 11 0M8 9.5l2.5-3.5',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  follow: 'M3 4h6M3 8h4M3 12h6M11 6v7M8.8 10.8 11 13l2.2-2.2',
  leftPane: 'M2 3h12v10H2zM6 3v10',
  rightPane: 'M2 3h12v10H2zM10 3v10',
  historyBack: 'M13 8H3.5M7 4 3 8l4 4',
  historyForward: 'M3 8h9.5M9 4l4 4-4 4',
  open: 'M1.8 12.8V3.4h4.4l1.4 1.8h5.4v2M1.8 12.8l2-5.6h10.6l-2 5.6z',
  more: 'M4 6l4 4 4-4',
  file: 'M4 1.8h5l3.2 3.2v9.2H4zM9 1.8V5h3.2',
} as const
export type IconName = keyof typeof PATHS

export function Icon({ name }: { readonly name: IconName }): VNode {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={PATHS[name]} fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  )
}
