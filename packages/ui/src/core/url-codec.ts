/**
 * The view as a URL hash, so that nothing of it reaches a server: `#v=1&t=<file>&s=<session>&m=0.1234/1:path&r=<fromUs>-<toUs>&f=<text>&…`.
 * Parsing is total: a part that cannot be read is left out and named in `ignored`; keys of later versions are kept in `unknown`,
 * so that an older page does not destroy a newer link. A change of meaning of a key needs a new version and an upgrade step here.
 */
import { formatRef, tryParseRef } from '@hindscope/protocol'
import { formatMoment, tryParseMoment } from './moment.ts'
import { formatTraceName, tryParseTraceName } from './trace-name.ts'
import { formatDiffView, formatLogpoint, tryParseDiffView, tryParseLogpoint } from './tool-codec.ts'
import { CHOICE_READERS, choiceParts } from './view-choices.ts'
import { EVENT_GROUPS, LEFT_TABS, NO_FILTER, RIGHT_TABS, SCREEN_TABS } from './view-state.ts'
import type { LeftTab, RightTab, TimeRange, ViewState } from './view-state.ts'

const URL_VERSION = 1

export interface ParsedView {
  readonly view: ViewState
  /** Parts that were dropped, as written in the link. */
  readonly ignored: readonly string[]
  readonly unknown: readonly (readonly [key: string, value: string])[]
}

const MAX_TEXT = 500
const MAX_QUERY = 4000
/** Logpoints and pins, each: everything beyond would be asked of the engine at every moment. */
export const MAX_EXPRESSIONS = 20

const encode = (text: string): string => encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%3A', ':').replaceAll('%2C', ',')

export function formatView(view: ViewState, unknown: ParsedView['unknown'] = []): string {
  const parts: string[] = [`v=${URL_VERSION}`]
  const add = (key: string, value: string | undefined): void => {
    if (value !== undefined && value !== '') parts.push(`${key}=${encode(value)}`)
  }
  add('t', view.trace && formatTraceName(view.trace))
  add('s', view.session)
  add('m', view.moment && formatMoment(view.moment))
  add('r', view.range && `${view.range.fromUs}-${view.range.toUs}`)
  add('f', view.filter.text)
  if (view.filter.errors) parts.push('e=1')
  add('k', view.filter.group)
  add('c', view.filter.chain && formatRef(view.filter.chain))
  if (view.left !== undefined || view.right !== undefined) add('panel', `${view.left ?? ''}${view.right === undefined ? '' : `,${view.right}`}`)
  add('src', view.source?.path)
  add('line', view.source?.line?.toString())
  add('q', view.query)
  add('o', view.object && formatRef({ track: view.object.track, seq: view.object.object }))
  for (const logpoint of view.logpoints ?? []) add('lp', formatLogpoint(logpoint))
  for (const pin of view.pins ?? []) add('pin', pin)
  add('d', view.diff && formatDiffView(view.diff))
  add('vf', view.valueFilter)
  add('scr', view.screen)
  add('vs', view.other)
  for (const [key, value] of view.choices ? choiceParts(view.choices) : []) add(key, value)
  for (const [key, value] of unknown) parts.push(`${encodeURIComponent(key)}=${encode(value)}`)
  return `#${parts.join('&')}`
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined // SAFE: the caller names the part as ignored.
  }
}

function tryParseRange(text: string): TimeRange | undefined {
  const match = /^(\d{1,16})-(\d{1,16})$/.exec(text)
  const range = { fromUs: Number(match?.[1]), toUs: Number(match?.[2]) }
  return match && Number.isSafeInteger(range.fromUs) && Number.isSafeInteger(range.toUs) && range.fromUs < range.toUs ? range : undefined
}

const oneOf = <T extends string>(list: readonly T[], text: string | undefined): T | undefined => list.find(item => item === text)

/** One reader per key: a patch of the view, or undefined when the value cannot be read. */
type PartReader = (value: string, view: ViewState) => ViewState | undefined

function readPanel(value: string, view: ViewState): ViewState | undefined {
  const [leftText, rightText, ...more] = value.split(',')
  const left: LeftTab | undefined = oneOf(LEFT_TABS, leftText)
  const right: RightTab | undefined = oneOf(RIGHT_TABS, rightText)
  if (more.length > 0 || (leftText && !left) || (rightText && !right) || (!left && !right)) return undefined
  return { ...view, ...(left && { left }), ...(right && { right }) }
}

const READERS: ReadonlyMap<string, PartReader> = new Map<string, PartReader>([
  ['v', (value, view) => (value === String(URL_VERSION) ? view : undefined)],
  [
    't',
    (value, view) => {
      const trace = tryParseTraceName(value)
      return trace && { ...view, trace }
    },
  ],
  ['s', (value, view) => (/^[\w.-]{1,128}$/.test(value) ? { ...view, session: value } : undefined)],
  [
    'm',
    (value, view) => {
      const moment = tryParseMoment(value)
      return moment && { ...view, moment }
    },
  ],
  [
    'r',
    (value, view) => {
      const range = tryParseRange(value)
      return range && { ...view, range }
    },
  ],
  ['f', (value, view) => (value.length <= MAX_TEXT ? { ...view, filter: { ...view.filter, text: value } } : undefined)],
  ['e', (value, view) => (value === '1' ? { ...view, filter: { ...view.filter, errors: true } } : undefined)],
  [
    'k',
    (value, view) => {
      const group = oneOf(EVENT_GROUPS, value)
      return group && { ...view, filter: { ...view.filter, group } }
    },
  ],
  [
    'c',
    (value, view) => {
      const chain = tryParseRef(value)
      return chain && { ...view, filter: { ...view.filter, chain } }
    },
  ],
  ['panel', readPanel],
  ...[...CHOICE_READERS].map(([key, parse]): readonly [string, PartReader] => [
    key,
    (value, view) => {
      const choices = parse(value)
      return choices && { ...view, choices: { ...view.choices, ...choices } }
    },
  ]),
  [
    'scr',
    (value, view) => {
      const screen = oneOf(SCREEN_TABS, value)
      return screen && { ...view, screen }
    },
  ],
  ['vs', (value, view) => (/^[\w.-]{1,128}$/.test(value) ? { ...view, other: value } : undefined)],
  ['src', (value, view) => (value === '' ? undefined : { ...view, source: { ...view.source, path: value } })],
  ['q', (value, view) => (value !== '' && value.length <= MAX_QUERY ? { ...view, query: value } : undefined)],
  [
    'o',
    (value, view) => {
      const ref = tryParseRef(value)
      return ref && { ...view, object: { track: ref.track, object: ref.seq } }
    },
  ],
  [
    'lp',
    (value, view) => {
      const logpoint = tryParseLogpoint(value)
      const logpoints = view.logpoints ?? []
      return logpoint && logpoints.length < MAX_EXPRESSIONS ? { ...view, logpoints: [...logpoints, logpoint] } : undefined
    },
  ],
  [
    'pin',
    (value, view) => {
      const pins = view.pins ?? []
      return value !== '' && value.length <= MAX_TEXT && pins.length < MAX_EXPRESSIONS ? { ...view, pins: [...pins, value] } : undefined
    },
  ],
  [
    'd',
    (value, view) => {
      const diff = tryParseDiffView(value)
      return diff && { ...view, diff }
    },
  ],
  ['vf', (value, view) => (value !== '' && value.length <= MAX_TEXT ? { ...view, valueFilter: value } : undefined)],
  ['line', (value, view) => (/^[1-9]\d{0,8}$/.test(value) && view.source ? { ...view, source: { ...view.source, line: Number(value) } } : undefined)],
])

export function parseView(hash: string): ParsedView {
  let view: ViewState = { filter: NO_FILTER }
  const ignored: string[] = []
  const unknown: (readonly [string, string])[] = []
  for (const part of hash.replace(/^#/, '').split('&')) {
    if (part === '') continue
    const at = part.indexOf('=')
    const key = decode(at < 0 ? part : part.slice(0, at))
    const value = at < 0 ? undefined : decode(part.slice(at + 1))
    if (key === undefined || value === undefined) {
      ignored.push(part)
      continue
    }
    const reader = READERS.get(key)
    if (!reader) {
      unknown.push([key, value])
      continue
    }
    const next = reader(value, view)
    if (next) view = next
    else ignored.push(part)
  }
  return { view, ignored, unknown }
}
