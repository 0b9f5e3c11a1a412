/**
 * The view as signals. Hover previews, click commits, Alt+Left/Right walks history: `preview` never touches history, `commit` adds a
 * place, `adjust` changes the current place (tabs, typing), `walk` moves. No view library, no DOM: browser-location.ts binds it.
 */
import { computed, signal } from '@preact/signals-core'
import type { ReadonlySignal, Signal } from '@preact/signals-core'
import type { EventRef } from '@hindscope/protocol'
import { canWalk, currentPlace, pushPlace, replacePlace, startHistory, walkHistory } from './history.ts'
import type { PlaceHistory } from './history.ts'
import { EMPTY_VIEW } from './view-state.ts'
import type { SourcePlace, ViewFilter, ViewState } from './view-state.ts'
import type { Moment } from './moment.ts'

/** An explicit undefined takes the part away. */
export type ViewPatch = { readonly [K in keyof Omit<ViewState, 'filter'>]?: ViewState[K] | undefined } & { readonly filter?: ViewFilter }

/** What the pointer is over, in whatever panel. */
export interface Preview {
  readonly timeUs: number
  /** On the axis of the timeline, when the pointer is there. */
  readonly place?: number
  readonly ref?: EventRef
}

export interface Notice {
  readonly id: number
  readonly text: string
  readonly tone: 'plain' | 'problem'
}

export type Change = 'push' | 'replace' | 'walk'

export interface ViewModel {
  readonly history: ReadonlySignal<PlaceHistory<ViewState>>
  /** How the current place came about; the browser binding writes its own history accordingly. */
  readonly lastChange: ReadonlySignal<Change>
  readonly view: ReadonlySignal<ViewState>
  readonly session: ReadonlySignal<string | undefined>
  readonly moment: ReadonlySignal<Moment | undefined>
  readonly filter: ReadonlySignal<ViewFilter>
  readonly sourcePlace: ReadonlySignal<SourcePlace | undefined>
  readonly preview: Signal<Preview | undefined>
  readonly notices: Signal<readonly Notice[]>
  commit(patch: ViewPatch): void
  adjust(patch: ViewPatch): void
  /** Replaces the whole current place, as when the address was edited by hand. */
  load(view: ViewState): void
  walk(delta: number): boolean
  notify(text: string, tone?: Notice['tone']): void
  dismiss(id: number): void
}

const MAX_NOTICES = 3

function applyPatch(view: ViewState, patch: ViewPatch): ViewState {
  const merged = Object.entries({ ...view, ...patch }).filter(([, value]) => value !== undefined)
  return Object.fromEntries(merged) as unknown as ViewState // SAFE: the keys of a view without its undefined ones; filter is never undefined.
}

export function createViewModel(initial: ViewState = EMPTY_VIEW): ViewModel {
  const history = signal(startHistory(initial))
  const lastChange = signal<Change>('replace')
  const view = computed(() => currentPlace(history.value))
  const notices = signal<readonly Notice[]>([])
  let nextNotice = 1
  const set = (change: Change, next: PlaceHistory<ViewState>): void => {
    lastChange.value = change
    history.value = next
  }
  return {
    history,
    lastChange,
    view,
    session: computed(() => view.value.session),
    moment: computed(() => view.value.moment),
    filter: computed(() => view.value.filter),
    sourcePlace: computed(() => view.value.source),
    preview: signal<Preview | undefined>(undefined),
    notices,
    commit: patch => set('push', pushPlace(history.peek(), applyPatch(view.peek(), patch))),
    adjust: patch => set('replace', replacePlace(history.peek(), applyPatch(view.peek(), patch))),
    load: next => set('walk', replacePlace(history.peek(), next)),
    walk(delta) {
      if (!canWalk(history.peek(), delta)) return false
      set('walk', walkHistory(history.peek(), delta))
      return true
    },
    notify(text, tone = 'plain') {
      notices.value = [...notices.peek().filter(notice => notice.text !== text), { id: nextNotice++, text, tone }].slice(-MAX_NOTICES)
    },
    dismiss(id) {
      notices.value = notices.peek().filter(notice => notice.id !== id)
    },
  }
}
