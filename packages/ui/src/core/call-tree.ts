/** The call tree as it is loaded: children of a call come in pages when somebody looks at them. */
import { computed, signal } from '@preact/signals-core'
import type { ReadonlySignal } from '@preact/signals-core'
import type { CallNode, CallRef, StackFrame } from '@hindscope/protocol'
import type { EngineClient } from '../engine/engine-client.ts'
import { ROOT, callKey, flattenCalls } from './call-rows.ts'
import type { CallRow, Children } from './call-rows.ts'
import type { TimeRange } from './view-state.ts'

export interface CallTree {
  readonly rows: ReadonlySignal<readonly CallRow[]>
  /** The page of roots; undefined until it was asked for. */
  readonly roots: ReadonlySignal<Children | undefined>
  /** Starts again unless it already holds this session and range. */
  open(session: string, range: TimeRange | undefined): void
  loadMore(parent: string): Promise<void>
  setExpanded(key: string, expanded: boolean): void
  /** Opens the ancestors of the innermost frame, loading pages on the way. */
  reveal(frames: readonly StackFrame[]): Promise<void>
  /** New roots may have come at the end. */
  refresh(): void
}

const PAGE = 200
/** A reveal gives up after this many pages per level rather than load a whole trace. */
const MAX_REVEAL_PAGES = 8

export function createCallTree(engine: EngineClient): CallTree {
  const children = signal<ReadonlyMap<string, Children>>(new Map())
  const expanded = signal<ReadonlySet<string>>(new Set())
  let controller = new AbortController()
  let query: { readonly session: string; readonly range: TimeRange | undefined } | undefined
  const refs = new Map<string, CallRef>()

  const setChildren = (key: string, page: Children): void => {
    for (const node of page.nodes) refs.set(callKey(node.ref), node.ref)
    children.value = new Map(children.peek()).set(key, page)
  }

  /** Pages on their way, so that whoever waits for a page that is loading waits for that one. */
  const pending = new Map<string, Promise<void>>()
  function loadMore(parent: string): Promise<void> {
    const running = pending.get(parent)
    if (running) return running
    const page = loadPage(parent)
    pending.set(parent, page)
    void page.then(() => pending.get(parent) === page && pending.delete(parent))
    return page
  }

  async function loadPage(parent: string): Promise<void> {
    const old = children.peek().get(parent)
    if (!query) return
    const ref = refs.get(parent)
    const nodes: readonly CallNode[] = old?.nodes ?? []
    setChildren(parent, { nodes, total: old?.total ?? 0, loading: true })
    const { range, session } = query
    const limits = parent === ROOT ? range : undefined
    const result = await engine.ask(
      'callTree',
      { session, ...(ref && { parent: ref }), ...limits, offset: nodes.length, limit: PAGE },
      controller.signal,
    )
    if (result.ok) setChildren(parent, { nodes: [...nodes, ...result.value.nodes], total: result.value.total, loading: false })
    else setChildren(parent, { nodes, total: Math.max(old?.total ?? 0, nodes.length + 1), loading: false, failure: result.failure })
  }

  const setExpanded = (key: string, open: boolean): void => {
    const next = new Set(expanded.peek())
    if (open) next.add(key)
    else next.delete(key)
    expanded.value = next
    if (open && !children.peek().has(key)) void loadMore(key)
  }

  const has = (parent: string, key: string): boolean =>
    children
      .peek()
      .get(parent)
      ?.nodes.some(node => callKey(node.ref) === key) ?? false

  async function loadUntil(parent: string, key: string): Promise<boolean> {
    for (let page = 0; page < MAX_REVEAL_PAGES && !has(parent, key); page++) {
      const known = children.peek().get(parent)
      if (known && !known.loading && known.nodes.length >= known.total) return false
      await loadMore(parent)
    }
    return has(parent, key)
  }

  return {
    rows: computed(() => flattenCalls(children.value, expanded.value)),
    roots: computed(() => children.value.get(ROOT)),
    open(session, range) {
      if (query?.session === session && JSON.stringify(query.range) === JSON.stringify(range)) return
      controller.abort()
      pending.clear()
      controller = new AbortController()
      query = { session, range }
      refs.clear()
      children.value = new Map()
      expanded.value = new Set()
      void loadMore(ROOT)
    },
    loadMore,
    setExpanded,
    async reveal(frames) {
      const { signal: mine } = controller
      let parent = ROOT
      for (const frame of frames.toReversed()) {
        const key = callKey(frame.node.ref)
        if (!(await loadUntil(parent, key)) || mine.aborted) return
        if (frame === frames[0]) return
        if (!expanded.peek().has(key)) expanded.value = new Set(expanded.peek()).add(key)
        parent = key
      }
    },
    refresh() {
      const roots = children.peek().get(ROOT)
      if (roots && !roots.loading && roots.nodes.length === roots.total) void loadMore(ROOT)
    },
  }
}
