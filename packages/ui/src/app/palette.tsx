/** One box to go anywhere: what is typed is never held up, what has to be asked for comes in behind it. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { q, tryParseRef, where } from '@hindscope/protocol'
import type { EventRow, FunctionSummary } from '@hindscope/protocol'
import type { VNode } from 'preact'
import { PALETTE_MODES, inMode, parsePalette } from '../core/palette.ts'
import type { PaletteText } from '../core/palette.ts'
import { createSearchRun, faultOf } from '../core/search-run.ts'
import type { SearchFound } from '../core/search-run.ts'
import { KindSign } from '../widgets/kind-sign.tsx'
import { QueryFaultNote } from '../widgets/query-fault.tsx'
import { searchedText } from '../panels/search-status.tsx'
import { useApp } from './context.ts'
import { groupCount, paletteGroups } from './palette-items.ts'
import type { PaletteGroup, PaletteItem } from './palette-items.ts'

const TYPING_MS = 120
const MOST_FUNCTIONS = 5000
/** Rows that a search reads for the palette; the Search list has them all. */
const ROWS = 60

export function Palette(): VNode {
  const { layout } = useApp()
  const dialog = useRef<HTMLDialogElement>(null)
  const text = layout.palette.value
  const isOpen = text !== undefined
  // At once: what is typed next belongs to the box.
  useLayoutEffect(() => {
    if (isOpen) dialog.current?.showModal()
    else dialog.current?.close()
  }, [isOpen])
  const close = (): void => {
    layout.palette.value = undefined
  }
  return (
    <dialog
      ref={dialog}
      class="palette"
      aria-label="Search and commands"
      data-testid="palette"
      onClose={close}
      onPointerDown={event => event.target === dialog.current && close()}
    >
      {isOpen && <PaletteBox text={text} close={close} />}
    </dialog>
  )
}

function PaletteBox({ text, close }: { readonly text: string; readonly close: () => void }): VNode {
  const app = useApp()
  const { layout } = app
  const asked = parsePalette(text)
  const { functions, handle, found, run } = usePaletteAnswers(asked)
  const events = asked.mode === 'event' ? handle : found.rows
  const groups = paletteGroups(app, asked, { functions, events }).filter(({ items }) => items.length > 0)
  const items = groups.flatMap(group => group.items)
  const [at, setAt] = useState(0)
  const active = Math.min(at, items.length - 1)
  const setText = (next: string): void => {
    layout.palette.value = next
    setAt(0)
  }
  const act = (item: PaletteItem | undefined, filter: boolean): void => {
    if (item?.fill !== undefined) return setText(item.fill)
    const action = filter ? item?.filter?.run : item?.go
    if (!action) return
    close()
    action()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const isMod = event.ctrlKey || event.metaKey
    const move = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key]
    if (move !== undefined && items.length > 0)
      setAt(Math.abs(move) === 1 ? (active + move + items.length) % items.length : clamp(active + move, items.length))
    else if (event.key === 'Enter') act(items[active], isMod)
    else if (isMod && event.key.toLowerCase() === 'k') close()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <>
      <PaletteInput
        text={text}
        fault={asked.mode === 'query' && asked.text !== '' && faultOf(asked.text) !== undefined}
        active={items[active]}
        setText={setText}
        onKeyDown={onKeyDown}
      />
      <div class="palette-modes" role="group" aria-label="What to look for">
        {PALETTE_MODES.map(({ mode, prefix, words }) => (
          <button
            key={mode}
            type="button"
            class="pill"
            aria-pressed={asked.mode === mode}
            onClick={() => {
              setText(inMode(text, mode))
              document.getElementById('palette-input')?.focus()
            }}
          >
            {prefix !== '' && <kbd>{prefix}</kbd>}
            {words}
          </button>
        ))}
      </div>
      {asked.mode === 'query' && asked.text !== '' && <QueryFaultNote query={asked.text} id="palette-fault" />}
      <PaletteStatus asked={asked} found={found} count={items.length} cancel={run.cancel} />
      <PaletteList groups={groups} active={items[active]} choose={act} hover={item => setAt(items.indexOf(item))} />
      <p class="palette-foot">
        <kbd>↑↓</kbd> move <kbd>Enter</kbd> go
        {items[active]?.filter && (
          <>
            {' '}
            <kbd>Ctrl+Enter</kbd> {items[active].filter.words}
          </>
        )}{' '}
        <kbd>Esc</kbd> close
      </p>
    </>
  )
}

const clamp = (index: number, count: number): number => Math.min(count - 1, Math.max(0, index))
const optionId = (item: PaletteItem): string => `palette-${item.id}`

interface InputProps {
  readonly text: string
  readonly fault: boolean
  readonly active: PaletteItem | undefined
  readonly setText: (text: string) => void
  readonly onKeyDown: (event: KeyboardEvent) => void
}

function PaletteInput({ text, fault, active, setText, onKeyDown }: InputProps): VNode {
  const input = useRef<HTMLInputElement>(null)
  useLayoutEffect(() => input.current?.focus(), [])
  return (
    <input
      ref={input}
      id="palette-input"
      class="palette-input"
      data-testid="palette-input"
      role="combobox"
      aria-label="Go to anything"
      aria-expanded={true}
      aria-controls="palette-list"
      aria-autocomplete="list"
      aria-activedescendant={active && optionId(active)}
      aria-invalid={fault}
      aria-describedby={fault ? 'palette-fault' : undefined}
      placeholder="A function, a file, a command, a value …   ? for help"
      autocomplete="off"
      spellcheck={false}
      maxLength={2000}
      value={text}
      onInput={event => setText(event.currentTarget.value)}
      onKeyDown={onKeyDown}
    />
  )
}

interface StatusProps {
  readonly asked: PaletteText
  readonly found: SearchFound
  readonly count: number
  readonly cancel: () => void
}

function PaletteStatus({ asked, found, count, cancel }: StatusProps): VNode {
  const isSearch = asked.text !== '' && (asked.mode === 'query' || asked.mode === 'all')
  const isEmpty = count === 0 && found.status !== 'running'
  return (
    <div class="palette-status">
      <span role="status" data-testid="palette-status">
        {isSearch && found.status !== 'idle' && !found.fault ? searchedText(found) : ''}
        {isEmpty && emptyText(asked)}
      </span>
      {found.failure && <span class="palette-failure">{found.failure.message}</span>}
      {isSearch && found.status === 'running' && (
        <button type="button" class="button" onClick={cancel}>
          Cancel
        </button>
      )}
    </div>
  )
}

function emptyText({ mode, text }: PaletteText): string {
  if (mode === 'event') return text === '' ? 'The number of a track and of an event: 0.1234' : 'No such event in this trace.'
  if (mode === 'place')
    return text === '' ? 'A line (8), a line of a file (cart.js:8) or a time (13.02s, 20ms, 1:02s)' : 'No line or time is called so.'
  if (mode === 'query') return text === '' ? 'A condition, such as: kind = callEnter and duration > 5ms' : ''
  return text === '' ? '' : ' Nothing is called so.'
}

interface ListProps {
  readonly groups: readonly PaletteGroup[]
  readonly active: PaletteItem | undefined
  readonly choose: (item: PaletteItem, filter: boolean) => void
  readonly hover: (item: PaletteItem) => void
}

function PaletteList({ groups, active, choose, hover }: ListProps): VNode {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' }), [active?.id])
  return (
    <div ref={list} class="palette-list" id="palette-list" role="listbox" aria-label="Found">
      {groups.map(group => (
        <div key={group.title} role="group" aria-label={group.title}>
          <div class="palette-group" role="presentation">
            {group.title} <span class="palette-count">{groupCount(group)}</span>
          </div>
          {group.items.map(item => (
            <div
              key={item.id}
              id={optionId(item)}
              class={`palette-item${item.id === active?.id ? ' palette-active' : ''}`}
              role="option"
              aria-selected={item.id === active?.id}
              data-testid="palette-item"
              onPointerMove={() => item.id !== active?.id && hover(item)}
              onClick={event => choose(item, event.ctrlKey || event.metaKey)}
            >
              {item.look && <KindSign look={item.look} error={item.error ?? false} />}
              <span class={`palette-title${item.error ? ' palette-error' : ''}`}>{item.title}</span>
              <span class="palette-detail">{item.detail}</span>
              {item.keys?.map(key => (
                <kbd key={key}>{key}</kbd>
              ))}
            </div>
          ))}
        </div>
      ))}
    </div>
  )
}

interface Answers {
  readonly functions: readonly FunctionSummary[]
  readonly handle: readonly EventRow[]
  readonly found: SearchFound
  readonly run: ReturnType<typeof createSearchRun>
}

/** Questions wait until the typing pauses; a later text gives up what an earlier one asked. */
function usePaletteAnswers({ mode, text }: PaletteText): Answers {
  const { bench } = useApp()
  const { engine, model } = bench
  const session = model.session.value
  const [functions, setFunctions] = useState<readonly FunctionSummary[]>([])
  const [handle, setHandle] = useState<readonly EventRow[]>([])
  const run = useMemo(() => createSearchRun(engine, ROWS), [])
  useEffect(() => {
    const controller = new AbortController()
    if (session !== undefined)
      void engine.ask('functions', { session, limit: MOST_FUNCTIONS }, controller.signal).then(result => result.ok && setFunctions(result.value))
    return () => controller.abort()
  }, [session])
  useEffect(() => {
    const controller = new AbortController()
    const timer = setTimeout(() => {
      const ref = mode === 'event' ? tryParseRef(text) : undefined
      const query = mode === 'query' ? text : mode === 'all' && text.length > 1 ? queryOf(text) : ''
      if (session === undefined) return
      if (query !== '') run.open(session, { kind: 'query', text: query })
      if (ref) void engine.ask('event', { session, ref }, controller.signal).then(result => setHandle(result.ok ? [result.value.row] : []))
    }, TYPING_MS)
    return () => {
      clearTimeout(timer)
      controller.abort()
      run.cancel()
    }
  }, [session, mode, text])
  const isSearch = mode === 'query' || mode === 'all'
  return { functions, handle, found: isSearch && text !== '' ? run.found.value : { status: 'idle', rows: [] }, run }
}

/** A question in the query language as it stands, anything else as a text to look for. */
const queryOf = (text: string): string => (faultOf(text) ? String(where(q.field('text').contains(text))) : text)
