/** How the views (flame, network, sequence, merged calls, state) show what they show, and that as parts of a link. */
import { ActivityType, FLAME_SIDES, formatRef, tryParseRef } from '@hindscope/protocol'
import type { ActivityTypeName, EventRef, FlameSide, StoreRef } from '@hindscope/protocol'

export const MEASURES = ['total', 'self', 'calls'] as const
export type Measure = (typeof MEASURES)[number]

export const AXES = ['time', 'sequence'] as const
/** What the x-axis of the timeline counts: microseconds, or events. */
export type AxisKind = (typeof AXES)[number]

/** A path of the flame: its longest call, and how many calls are above it. */
export interface PathPlace {
  readonly ref: EventRef
  readonly depth: number
}

/** What differs from how they look at first; never empty. */
export interface ViewChoices {
  /** Absent, the length of the session decides. */
  readonly axis?: AxisKind
  readonly measure?: Exclude<Measure, 'total'>
  readonly flameOrder?: 'time'
  readonly zoom?: PathPlace
  readonly focus?: { readonly function: string; readonly side: FlameSide }
  readonly find?: string
  /** Calls by function, by this measure first. */
  readonly merged?: Measure
  readonly types?: readonly ActivityTypeName[]
  readonly activityOrder?: 'duration'
  /** Activities that repeat are all shown. */
  readonly unfolded?: true
  readonly lifelines?: 'module'
  /** The store whose state is shown. */
  readonly store?: StoreRef
  /** Only changes of this path of it. */
  readonly statePath?: string
}

export type ChoicePatch = { readonly [K in keyof ViewChoices]?: ViewChoices[K] | undefined }

/** An explicit undefined takes the choice away. */
export function withChoices(choices: ViewChoices | undefined, patch: ChoicePatch): ViewChoices | undefined {
  const kept = Object.entries({ ...choices, ...patch }).filter(([, value]) => value !== undefined)
  return kept.length === 0 ? undefined : Object.fromEntries(kept)
}

interface ChoicePart {
  readonly key: string
  readonly format: (choices: ViewChoices) => string | undefined
  readonly parse: (value: string) => ViewChoices | undefined
}

const MAX_TEXT = 1000
const isText = (value: string): boolean => value !== '' && value.length <= MAX_TEXT
const ACTIVITY_TYPES = Object.keys(ActivityType) as ActivityTypeName[] // SAFE: own keys of the table that the type is made of

const PARTS: readonly ChoicePart[] = [
  {
    key: 'ax',
    format: ({ axis }) => axis,
    parse: value => {
      const axis = AXES.find(each => each === value)
      return axis && { axis }
    },
  },
  {
    key: 'fm',
    format: ({ measure }) => measure,
    parse: value => (value === 'self' || value === 'calls' ? { measure: value } : undefined),
  },
  { key: 'fo', format: ({ flameOrder }) => flameOrder, parse: value => (value === 'time' ? { flameOrder: value } : undefined) },
  {
    key: 'fz',
    format: ({ zoom }) => zoom && formatPlace(zoom),
    parse: value => {
      const [, refText = '', depth] = /^([\d.]+)\/(\d{1,5})$/.exec(value) ?? []
      const ref = tryParseRef(refText)
      return ref && { zoom: { ref, depth: Number(depth) } }
    },
  },
  {
    key: 'ff',
    format: ({ focus }) => focus && `${focus.side}:${focus.function}`,
    parse: value => {
      const side = FLAME_SIDES.find(each => value.startsWith(`${each}:`))
      const name = value.slice((side?.length ?? 0) + 1)
      return side && isText(name) ? { focus: { function: name, side } } : undefined
    },
  },
  { key: 'fq', format: ({ find }) => find, parse: value => (isText(value) ? { find: value } : undefined) },
  {
    key: 'cm',
    format: ({ merged }) => merged,
    parse: value => {
      const merged = MEASURES.find(each => each === value)
      return merged && { merged }
    },
  },
  {
    key: 'nt',
    format: ({ types }) => types?.join(','),
    parse: value => {
      const types = value.split(',').map(name => ACTIVITY_TYPES.find(each => each === name))
      const known = types.filter(type => type !== undefined)
      return known.length === types.length ? { types: known } : undefined
    },
  },
  { key: 'no', format: ({ activityOrder }) => activityOrder, parse: value => (value === 'duration' ? { activityOrder: value } : undefined) },
  { key: 'nu', format: ({ unfolded }) => unfolded && '1', parse: value => (value === '1' ? { unfolded: true } : undefined) },
  {
    key: 'ss',
    format: ({ store }) => store && `${store.track}:${store.store}`,
    parse: value => {
      const [, track, store = ''] = /^(\d{1,9}):(.+)$/s.exec(value) ?? []
      return isText(store) ? { store: { track: Number(track), store } } : undefined
    },
  },
  { key: 'sp', format: ({ statePath }) => statePath, parse: value => (isText(value) ? { statePath: value } : undefined) },
  { key: 'sl', format: ({ lifelines }) => lifelines, parse: value => (value === 'module' ? { lifelines: value } : undefined) },
]

export const formatPlace = ({ ref, depth }: PathPlace): string => `${formatRef(ref)}/${depth}`

export const choiceParts = (choices: ViewChoices): readonly (readonly [key: string, value: string | undefined])[] =>
  PARTS.map(part => [part.key, part.format(choices)])

export const CHOICE_READERS: ReadonlyMap<string, ChoicePart['parse']> = new Map(PARTS.map(({ key, parse }) => [key, parse]))
