/** What the palette offers for a text: things that can be gone to, each with what Enter and Mod+Enter do. */
import { formatRef, q, tryParseRef, where } from '@hindscope/protocol'
import type { EventRow, FunctionSummary, SourceSummary } from '@hindscope/protocol'
import { shownKeys } from '../core/own-keys.ts'
import { PALETTE_MODES, rank, tryParsePlace } from '../core/palette.ts'
import type { PaletteText, Ranked } from '../core/palette.ts'
import { faultOf } from '../core/search-run.ts'
import { formatClock, formatCount, formatExact } from '../core/time-text.ts'
import { failureText } from '../engine/failure.ts'
import { valueOf } from '../engine/resource.ts'
import { lookOf } from '../theme/kinds.ts'
import type { KindLook } from '../theme/kinds.ts'
import { COMMANDS } from './commands.ts'
import type { Command } from './commands.ts'
import type { App } from './context.ts'

export interface PaletteItem {
  readonly id: string
  readonly title: string
  readonly detail: string
  readonly look?: KindLook
  readonly error?: boolean
  readonly keys?: readonly string[]
  /** Enter writes this into the box, which stays open. */
  readonly fill?: string
  readonly go?: () => void
  /** Mod+Enter. */
  readonly filter?: { readonly words: string; readonly run: () => void }
}

export interface PaletteGroup {
  readonly title: string
  /** How many there are; more than `items` may be. */
  readonly total: number
  readonly items: readonly PaletteItem[]
}

/** What had to be asked for. */
export interface PaletteAnswers {
  readonly functions: readonly FunctionSummary[]
  readonly events: readonly EventRow[]
}

const MANY = 60
const FEW = 6

export function paletteGroups(app: App, { mode, text }: PaletteText, answers: PaletteAnswers): readonly PaletteGroup[] {
  const files = valueOf(app.bench.sources.state.value) ?? []
  const eventLimit = mode === 'query' ? MANY : 20
  const events = { title: 'Events', total: answers.events.length, items: answers.events.slice(0, eventLimit).map(row => eventItem(app, row)) }
  switch (mode) {
    case 'command':
      return [commandGroup(app, text, MANY)]
    case 'function':
      return [functionGroup(app, text, answers.functions, MANY)]
    case 'event':
      return [handleGroup(app, text, answers.events)]
    case 'place':
      return [placeGroup(app, text, files)]
    case 'query':
      return [...(text === '' || faultOf(text) ? [] : [queryGroup(app, text)]), events]
    case 'help':
      return [helpGroup()]
    case 'all':
      return [
        ...(text === '' || faultOf(text) ? [] : [queryGroup(app, text)]),
        functionGroup(app, text, answers.functions, FEW),
        fileGroup(app, text, files),
        commandGroup(app, text, FEW),
        ...(text === '' ? [] : [events]),
      ]
  }
}

const groupOf = <T>(title: string, { items, total }: Ranked<T>, itemOf: (item: T) => PaletteItem): PaletteGroup => ({
  title,
  total,
  items: items.map(itemOf),
})

const commandText = ({ words, id }: Command): string => `${words} ${id}`

function commandGroup(app: App, text: string, limit: number): PaletteGroup {
  return groupOf('Commands', rank(text, COMMANDS, commandText, limit), command => ({
    id: `command-${command.id}`,
    title: command.words,
    detail: '',
    keys: shownKeys(command, app.settings.ownKeys.peek()),
    go: () => command.run(app),
  }))
}

function filterByText({ bench: { model } }: App, text: string): NonNullable<PaletteItem['filter']> {
  return { words: 'filter the events by it', run: () => model.adjust({ left: 'events', filter: { ...model.filter.peek(), text } }) }
}

function functionGroup(app: App, text: string, functions: readonly FunctionSummary[], limit: number): PaletteGroup {
  const { model } = app.bench
  return groupOf(
    'Functions',
    rank(text, functions, ({ name }) => name, limit),
    ({ name, location, calls, errors }) => ({
      id: `function-${name}-${location ? `${location.file}:${location.line}:${location.column}` : ''}`,
      title: name,
      detail: `${location ? `${location.file}:${location.line} · ` : ''}${formatCount(calls)} calls${errors > 0 ? ` · ${formatCount(errors)} errors` : ''}`,
      error: errors > 0,
      go: () =>
        location
          ? model.commit({ source: { path: location.file, line: location.line } })
          : model.adjust({ left: 'events', filter: { ...model.filter.peek(), text: name } }),
      filter: filterByText(app, name),
    }),
  )
}

function openQuery({ bench: { model }, layout }: App, query: string): void {
  model.commit({ left: 'search', query, object: undefined })
  layout.leftFolded.value = false
  layout.compact.value = 'list'
}

function fileGroup(app: App, text: string, files: readonly SourceSummary[]): PaletteGroup {
  return groupOf(
    'Files',
    rank(text, files, ({ path }) => path, FEW),
    ({ path, calls }) => ({
      id: `file-${path}`,
      title: path,
      detail: `${formatCount(calls)} calls`,
      go: () => app.bench.model.commit({ source: { path } }),
      filter: { words: 'search its events', run: () => openQuery(app, String(where(q.field('file').is(path)))) },
    }),
  )
}

function queryGroup(app: App, text: string): PaletteGroup {
  const run = (): void => openQuery(app, text)
  const item = {
    id: 'query',
    title: text,
    detail: 'all events that match, in the Search list',
    go: run,
    filter: { words: 'open the Search list', run },
  }
  return { title: 'Query', total: 1, items: [item] }
}

function eventItem(app: App, row: EventRow): PaletteItem {
  const firstUs = valueOf(app.bench.session.state.peek())?.firstUs ?? row.timeUs
  return {
    id: `event-${formatRef(row.ref)}`,
    title: row.name,
    detail: `${formatClock(row.timeUs - firstUs)} · ${row.preview}`,
    look: lookOf(row),
    error: row.error,
    go: () => app.bench.jump(row.ref),
    filter: filterByText(app, row.name),
  }
}

/** `rows` has the event as soon as it was found. */
function handleGroup(app: App, text: string, rows: readonly EventRow[]): PaletteGroup {
  const ref = tryParseRef(text)
  const items = ref ? rows.filter(row => formatRef(row.ref) === formatRef(ref)).map(row => eventItem(app, row)) : []
  return { title: 'Event', total: items.length, items }
}

function placeGroup(app: App, text: string, files: readonly SourceSummary[]): PaletteGroup {
  const { bench } = app
  const place = tryParsePlace(text)
  if (place?.kind === 'time') {
    const item = {
      id: 'time',
      title: `At ${formatClock(place.us)}`,
      detail: 'the last event at or before it',
      go: () => void goToTime(app, place.us),
    }
    return { title: 'Time', total: 1, items: [item] }
  }
  if (!place) return { title: 'Lines', total: 0, items: [] }
  const { file } = place
  const here = bench.place.value?.path
  const paths = file === undefined ? (here === undefined ? [] : [here]) : files.map(({ path }) => path).filter(path => path.endsWith(file))
  const items = paths.slice(0, MANY).map((path): PaletteItem => ({
    id: `line-${path}`,
    title: `${path}:${place.line}`,
    detail: 'the line in the source',
    go: () => bench.model.commit({ source: { path, line: place.line } }),
  }))
  return { title: 'Lines', total: paths.length, items }
}

async function goToTime({ bench }: App, us: number): Promise<void> {
  const summary = valueOf(bench.session.state.peek())
  if (!summary) return
  const result = await bench.engine.ask('at', { session: summary.session, timeUs: summary.firstUs + us })
  if (!result.ok) bench.model.notify(failureText(result.failure), 'problem')
  else if (result.value.ref) bench.jump(result.value.ref)
  else bench.model.notify(`There is no event at or before ${formatClock(us)}.`)
}

function helpGroup(): PaletteGroup {
  const modes = PALETTE_MODES.filter(({ mode }) => mode !== 'help')
  const items = modes.map(({ mode, prefix, words, example }): PaletteItem => ({
    id: `help-${mode}`,
    title: `${prefix === '' ? 'no sign' : prefix}  ${words}`,
    detail: example,
    fill: prefix,
  }))
  return { title: 'What the first character means', total: items.length, items }
}

export const groupCount = ({ items, total }: PaletteGroup): string =>
  items.length < total ? `${items.length} of ${formatExact(total)}` : formatExact(total)
