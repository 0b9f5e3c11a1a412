/** A long list of which the engine gives pages: only pages that somebody looks at are asked for, and any row can be reached. */
import { effect, signal } from '@preact/signals-core'
import type { ReadonlySignal } from '@preact/signals-core'
import type { Failure, Result } from '../engine/failure.ts'

export interface PagedState<A, R> {
  /** The last page that came: what it says besides rows is about all of them. Undefined until one has. */
  readonly answer: A | undefined
  readonly total: number
  readonly pages: ReadonlyMap<number, readonly R[]>
  readonly loading: boolean
  readonly failure: Failure | undefined
}

export interface PagedList<A, R> {
  readonly state: ReadonlySignal<PagedState<A, R>>
  rowAt(index: number): R | undefined
  /** Index of the first row that passes, of those that are there; -1 when none does. */
  find(test: (row: R) => boolean): number
  /** Rows [first, last) are on screen. */
  need(first: number, last: number): void
  reload(): void
}

export interface PagedSource<K, A, R> {
  /** Undefined: there is nothing to ask for. Compared as JSON. */
  readonly key: () => K | undefined
  readonly load: (key: K, page: { readonly offset: number; readonly limit: number }, aborted: AbortSignal) => Promise<Result<A>>
  readonly rowsOf: (answer: A) => readonly R[]
  readonly totalOf: (answer: A) => number
  readonly pageRows: number
  /** Whether what is shown may stay while this key's first page is on its way. */
  readonly keep: (before: K, now: K) => boolean
}

export function createPagedList<K, A, R>(source: PagedSource<K, A, R>): PagedList<A, R> {
  const empty: PagedState<A, R> = { answer: undefined, total: 0, pages: new Map(), loading: false, failure: undefined }
  const state = signal(empty)
  let current: K | undefined
  let currentText: string | undefined
  let controller = new AbortController()
  let wanted = { first: 0, last: 1 }
  const asked = new Set<number>()
  const { pageRows } = source

  async function ask(key: K, page: number, isFirst: boolean): Promise<void> {
    const { signal: aborted } = controller
    asked.add(page)
    state.value = { ...state.peek(), loading: true }
    const result = await source.load(key, { offset: page * pageRows, limit: pageRows }, aborted)
    if (aborted.aborted) return
    if (!result.ok) {
      asked.delete(page)
      state.value = { ...state.peek(), loading: false, failure: result.failure }
      return
    }
    const pages = new Map(isFirst ? [] : state.peek().pages).set(page, source.rowsOf(result.value))
    state.value = { answer: result.value, total: source.totalOf(result.value), pages, loading: false, failure: undefined }
    needRows()
  }

  function needRows(): void {
    if (current === undefined || state.peek().answer === undefined) return
    const last = Math.min(wanted.last, state.peek().total) - 1
    for (let page = Math.floor(wanted.first / pageRows); page <= Math.floor(last / pageRows); page++)
      if (!asked.has(page)) void ask(current, page, false)
  }

  const start = (key: K, keeps: boolean): void => {
    controller.abort()
    controller = new AbortController()
    asked.clear()
    if (!keeps) state.value = empty
    void ask(key, Math.floor((keeps ? wanted.first : 0) / pageRows), true)
  }

  effect(() => {
    const next = source.key()
    const text = next === undefined ? undefined : JSON.stringify(next)
    if (text === currentText) return
    const keeps = current !== undefined && next !== undefined && source.keep(current, next)
    current = next
    currentText = text
    if (next !== undefined) return start(next, keeps)
    controller.abort()
    state.value = empty
  })
  return {
    state,
    rowAt: index => state.value.pages.get(Math.floor(index / pageRows))?.[index % pageRows],
    find(test) {
      for (const [page, rows] of state.value.pages) {
        const index = rows.findIndex(test)
        if (index >= 0) return page * pageRows + index
      }
      return -1
    },
    need(first, last) {
      wanted = { first, last }
      needRows()
    },
    reload() {
      if (current !== undefined) start(current, true)
    },
  }
}
