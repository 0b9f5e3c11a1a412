import { useEffect, useRef } from 'preact/hooks'
import type { SessionSummary } from '@hindscope/protocol'
import type { VNode } from 'preact'
import { walkPlaces } from '../core/browser-location.ts'
import { canWalk } from '../core/history.ts'
import { formatCount, formatDuration, formatStart } from '../core/time-text.ts'
import type { LeftTab } from '../core/view-state.ts'
import { valueOf } from '../engine/resource.ts'
import { Icon } from '../widgets/icon.tsx'
import type { IconName } from '../widgets/icon.tsx'
import { IconButton } from '../widgets/icon-button.tsx'
import { keysOf } from './commands.ts'
import { useApp } from './context.ts'
import { FileChip } from './file-chip.tsx'
import { pickFiles } from './open-files.ts'

const THEME_ICONS: Readonly<Record<'system' | 'light' | 'dark', IconName>> = { system: 'system', light: 'sun', dark: 'moon' }
/** Typing waits this long before the list is asked again. */
const TYPING_MS = 180

export function TopBar(): VNode {
  const { bench, theme, layout, page, settings } = useApp()
  const { model } = bench
  const history = model.history.value
  return (
    <header class="top-bar">
      <h1 class="brand">
        <svg viewBox="0 0 16 16" width="18" height="18" aria-hidden="true">
          <rect width="16" height="16" rx="3.5" fill="var(--accent)" />
          <path d="M3.5 5h7M6 8h7M3.5 11h4" stroke="var(--bg)" stroke-width="1.8" stroke-linecap="round" />
        </svg>
        <span class="brand-name">Hindscope</span>
      </h1>
      <FileChip />
      <SessionPicker />
      <div class="history-buttons" role="group" aria-label="History">
        <IconButton
          icon="historyBack"
          label="Back"
          keys={keysOf('history-back', settings)}
          disabled={!canWalk(history, -1)}
          onClick={() => walkPlaces(model, -1)}
        />
        <IconButton
          icon="historyForward"
          label="Forward"
          keys={keysOf('history-forward', settings)}
          disabled={!canWalk(history, 1)}
          onClick={() => walkPlaces(model, 1)}
        />
      </div>
      <FilterBox />
      <div class="top-end">
        <IconButton
          icon="search"
          label="Go to anything"
          keys={keysOf('palette', settings)}
          testId="open-palette"
          onClick={() => (layout.palette.value = '')}
        />
        <IconButton icon="open" label="Open file" keys={keysOf('open-file', settings)} testId="open-file" onClick={() => pickFiles(page)} />
        <IconButton
          icon="leftPane"
          label="Lists"
          keys={keysOf('lists', settings)}
          class="wide-only"
          pressed={!layout.leftFolded.value}
          onClick={() => (layout.leftFolded.value = !layout.leftFolded.peek())}
        />
        <IconButton
          icon="rightPane"
          label="Values"
          class="wide-only"
          pressed={!layout.rightFolded.value}
          onClick={() => (layout.rightFolded.value = !layout.rightFolded.peek())}
        />
        <IconButton icon={THEME_ICONS[theme.name.value]} label={`Theme: ${theme.name.value}`} testId="theme" onClick={theme.next} />
        <button type="button" class="icon-button help-button" aria-label="Keys" title="Keys  (?)" onClick={() => (layout.help.value = true)}>
          ?
        </button>
      </div>
    </header>
  )
}

const sessionText = (session: SessionSummary): string =>
  [
    session.name || session.session.slice(0, 8),
    formatStart(session.startedMs, Date.now()),
    `${session.tracks.length} ${session.tracks.length === 1 ? 'track' : 'tracks'}`,
    `${formatCount(session.events)} events`,
    ...(session.errors > 0 ? [`${formatCount(session.errors)} errors`] : []),
    ...(session.live ? ['live'] : []),
  ].join(' · ')

function SessionPicker(): VNode {
  const { bench } = useApp()
  const { model, sessions, session } = bench
  const all = valueOf(sessions.state.value) ?? []
  const current = model.session.value
  const summary = valueOf(session.state.value)
  const failed = sessions.state.value.status === 'failed'
  return (
    <div class="session">
      <label class="visually-hidden" for="session-picker">
        Session
      </label>
      <select
        id="session-picker"
        class="select session-select"
        data-testid="session-picker"
        value={current ?? ''}
        onChange={event => model.commit({ session: event.currentTarget.value, moment: undefined, range: undefined, source: undefined })}
      >
        {(current === undefined || all.length === 0) && (
          <option value={current ?? ''}>{failed ? 'Sessions unavailable' : all.length === 0 ? 'No sessions yet' : 'Choose a session'}</option>
        )}
        {current !== undefined && all.length > 0 && !all.some(one => one.session === current) && (
          <option value={current}>{current.slice(0, 8)} (unknown)</option>
        )}
        {all
          .toSorted((a, b) => b.startedMs - a.startedMs)
          .map(one => (
            <option key={one.session} value={one.session}>
              {sessionText(one.session === summary?.session ? summary : one)}
            </option>
          ))}
      </select>
      {summary && <span class="session-length wide-only">{formatDuration(summary.lastUs - summary.firstUs)}</span>}
      {summary?.live && (
        <span class="live-badge">
          <span class="live-dot" aria-hidden="true" />
          live
        </span>
      )}
    </div>
  )
}

/** The list that shows what the filter leaves: that of the events, unless another one that is filtered is open. */
const filteredList = (open: LeftTab | undefined): LeftTab => (open === 'network' ? open : 'events')

function FilterBox(): VNode {
  const { bench } = useApp()
  const { model } = bench
  const { filter } = model.view.value
  const input = useRef<HTMLInputElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    if (input.current && document.activeElement !== input.current) input.current.value = filter.text
  }, [filter.text])
  const apply = (): void => {
    const text = input.current?.value ?? ''
    if (text !== model.filter.peek().text) model.adjust({ left: filteredList(model.view.peek().left), filter: { ...model.filter.peek(), text } })
  }
  return (
    <div class="filter" role="search">
      <label class="visually-hidden" for="filter-text">
        Filter events by text
      </label>
      <Icon name="search" />
      <input
        ref={input}
        id="filter-text"
        type="search"
        placeholder="Filter: a name, a value, console text   /"
        autocomplete="off"
        spellcheck={false}
        maxLength={500}
        defaultValue={filter.text}
        onInput={() => {
          clearTimeout(timer.current)
          timer.current = setTimeout(apply, TYPING_MS)
        }}
        onKeyDown={event => {
          if (event.key === 'Enter') apply()
          if (event.key === 'Escape') event.currentTarget.blur()
        }}
      />
      <button
        type="button"
        class="pill"
        aria-pressed={filter.errors}
        onClick={() => model.adjust({ left: filteredList(model.view.peek().left), filter: { ...filter, errors: !filter.errors } })}
      >
        Errors only
      </button>
    </div>
  )
}
