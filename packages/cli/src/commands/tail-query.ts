/** What `tail` asks for: the condition that its options say, and where it begins. */
import { HindscopeError, formatQuery, parseStreamQuery, q, tryParseRef, where } from '@hindscope/protocol'
import type { Condition, EventFilter, StreamStart } from '@hindscope/protocol'
import { filterOf } from './query.ts'
import type { FilterFlags } from './query.ts'
import { refuseBeside } from './search.ts'

export type TailFilters = Pick<FilterFlags, 'function' | 'file' | 'line' | 'kind' | 'track' | 'errors' | 'text'>

export interface StartFlags {
  readonly since?: string | undefined
  readonly from?: string | undefined
  readonly fromStart?: boolean | undefined
}

/**
 * The condition as text: `text` in the query language, or what the filters say. Throws `query-syntax`, `subscription-query`,
 * `subscription-future`, `cli-bad-option`.
 */
export function conditionOf(text: string | undefined, filters: TailFilters): string {
  if (text === undefined) return textOf(filterOf(filters, 0))
  refuseBeside(filters)
  const condition = parseStreamQuery(text)
  return condition === undefined ? '' : formatQuery({ where: condition })
}

function textOf({ function: name, file, line, kinds, tracks, errors, text }: EventFilter): string {
  const [firstKind, ...moreKinds] = kinds ?? []
  const [firstTrack, ...moreTracks] = tracks ?? []
  const [first, ...more]: readonly Condition[] = [
    ...(name === undefined ? [] : [q.field('function').contains(name)]),
    ...(file === undefined ? [] : [q.field('file').contains(file)]),
    ...(line === undefined ? [] : [q.field('line').is(line)]),
    ...(firstKind === undefined ? [] : [q.field('kind').in(firstKind, ...moreKinds)]),
    ...(firstTrack === undefined ? [] : [q.field('track').in(firstTrack, ...moreTracks)]),
    ...(errors === true ? [q.field('error').is(true)] : []),
    ...(text === undefined ? [] : [q.field('text').contains(text)]),
  ]
  return first === undefined ? '' : String(where(q.and(first, ...more)))
}

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** One of `--since`, `--from` and `--from-start`; now when there is none. Throws `cli-bad-option`. */
export function startOf({ since, from, fromStart }: StartFlags, nowMs: number = Date.now()): StreamStart {
  const given = [since !== undefined && '--since', from !== undefined && '--from', fromStart === true && '--from-start'].filter(
    each => each !== false,
  )
  if (given[1] !== undefined)
    throw new HindscopeError('cli-bad-option', { option: given[1], value: from ?? 'true', allowed: `nothing beside ${given[0]}` })
  if (fromStart === true) return { kind: 'start' }
  if (since !== undefined) return { kind: 'time', timeUs: (nowMs - durationMs(since)) * 1000 }
  return from === undefined ? { kind: 'now' } : placeOf(from)
}

function durationMs(text: string): number {
  const [, value, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? []
  const ms = Number(value) * (UNITS_MS[unit] ?? Number.NaN)
  if (Number.isNaN(ms)) throw new HindscopeError('cli-bad-option', { option: '--since', value: text, allowed: 'a duration: 500ms, 30s, 5m, 2h, 1d' })
  return ms
}

function placeOf(text: string): StreamStart {
  const ref = tryParseRef(text)
  if (ref !== undefined) return { kind: 'event', ref }
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) {
    const allowed = 'an event as the first columns show it (0.42), or an ISO time (2026-01-31T12:00:00.5Z)'
    throw new HindscopeError('cli-bad-option', { option: '--from', value: text, allowed })
  }
  return { kind: 'time', timeUs: ms * 1000 }
}
