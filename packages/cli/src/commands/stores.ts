/** `hindscope stores`: the program's stores and what they held at a moment; with --store, the changes of one. */
import { HindscopeError, formatRef } from '@hindscope/protocol'
import type { EventRef, StoreMoment } from '@hindscope/protocol'
import { ExitCode } from '../exit-code.ts'
import { changeLine, storeLine } from '../format/store-lines.ts'
import { openTrace } from '../sources/open-trace.ts'
import { pickSession } from '../sources/trace.ts'
import type { OpenTrace } from '../sources/trace.ts'
import type { Terminal } from '../terminal.ts'
import { eventRef } from './event-ref.ts'

export interface StoresFlags {
  readonly at?: string
  readonly store?: string
  readonly track?: string
  readonly path?: string
  readonly limit: string
  readonly json?: boolean
}

const MOST = 1000

export async function stores(target: string | undefined, flags: StoresFlags, terminal: Terminal): Promise<ExitCode> {
  const at = flags.at === undefined ? undefined : eventRef(flags.at)
  const limit = Number(flags.limit)
  if (!/^\d+$/.test(flags.limit) || limit < 1 || limit > MOST) {
    throw new HindscopeError('cli-bad-option', { option: '--limit', value: flags.limit, allowed: `a whole number from 1 to ${MOST}` })
  }
  await using trace = await openTrace(target, terminal)
  const { session } = await pickSession(trace, target)
  const ref = at ?? (await lastEvent(trace, session))
  const answer = ref === undefined ? undefined : await trace.engine.stores({ session, ref, states: flags.store === undefined })
  const found = answer?.stores ?? []
  if (answer?.completeness.kind === 'partial') terminal.note(`The answer is incomplete: ${answer.completeness.reason}`)
  if (flags.store === undefined) {
    for (const each of found) terminal.print(flags.json === true ? JSON.stringify(each) : storeLine(each))
    if (found.length === 0) terminal.note('No store is known; docs/adapters.md lists the libraries whose stores are recorded.')
    return ExitCode.ok
  }
  const { track, store } = pickStore(found, flags.store, flags.track, at)
  const page = await trace.engine.stateChanges({
    session,
    track,
    store,
    limit,
    ...(flags.path === undefined ? {} : { path: flags.path }),
    ...(ref === undefined ? {} : { around: ref }),
  })
  for (const row of page.rows) terminal.print(flags.json === true ? JSON.stringify(row) : changeLine(row))
  const [first, last] = [page.offset + 1, page.offset + page.rows.length]
  if (page.rows.length < page.total)
    terminal.note(`Changes ${first} to ${last} of ${page.total}, around ${ref === undefined ? 'the end' : formatRef(ref)}.`)
  return ExitCode.ok
}

async function lastEvent(trace: OpenTrace, session: string): Promise<EventRef | undefined> {
  const { rows } = await trace.engine.events({ session, order: 'desc', limit: 1 })
  return rows[0]?.ref
}

/** By name, and by track where several have it: that of the event, where none is named. Throws `cli-bad-option`. */
export function pickStore(known: readonly StoreMoment[], name: string, track: string | undefined, at: EventRef | undefined): StoreMoment {
  const named = known.filter(each => each.store === name)
  const [only, more] = track === undefined ? named : named.filter(each => String(each.track) === track)
  if (only !== undefined && more === undefined) return only
  const beside = track === undefined ? named.find(each => each.track === at?.track) : undefined
  if (beside !== undefined) return beside
  const allowed = known.map(each => `${each.store} (--track ${each.track})`).join(', ')
  throw new HindscopeError('cli-bad-option', { option: '--store', value: name, allowed: allowed === '' ? 'nothing: no store is known' : allowed })
}
