/** Rows as they are recorded: a subscription to a running collector (docs/streaming.md). */
import { WebSocket } from 'ws'
import { HindscopeError, LIVE_PATH, SUBSCRIPTION_VERSION, TOKEN_PARAM, formatRef } from '@hindscope/protocol'
import type { CollectorAddress, LiveClientMessage, LiveServerMessage, StreamPolicy, StreamStart } from '@hindscope/protocol'
import { ExitCode } from '../exit-code.ts'
import { rowText } from '../format/event-lines.ts'
import { countText } from '../format/units.ts'
import { dataDirOf } from '../sources/config.ts'
import { findCollector } from '../sources/collector-address.ts'
import type { Terminal } from '../terminal.ts'
import { conditionOf, startOf } from './tail-query.ts'
import type { StartFlags, TailFilters } from './tail-query.ts'

export interface TailFlags extends TailFilters, StartFlags {
  /** In the query language; goes without the filters. */
  readonly where?: string
  readonly json?: boolean
  readonly max?: string
}

interface Asked {
  readonly session: string
  readonly query: string
  readonly from: StreamStart
  readonly max: number
  readonly json: boolean
}

/** Rows that may be under way; given back once they are printed. */
const CREDIT = 2000
/** Who asks for now wants to see the present; who asks for the past wants all of it. */
const NEWEST: StreamPolicy = { kind: 'newest', rows: 10_000 }
const ID = 'tail'

/** Ends with the collector, with a session that is over, after `--max` rows, on Ctrl-C, and when nobody reads any more. */
export async function tail(session: string | undefined, flags: TailFlags, terminal: Terminal): Promise<ExitCode> {
  const { json = false, max: rows, where, since, from: place, fromStart, ...filters } = flags
  const max = rows === undefined ? Infinity : Number(rows)
  if (!(max > 0)) throw new HindscopeError('cli-bad-option', { option: '--max', value: rows ?? '', allowed: 'a whole number above 0' })
  const [query, from] = [conditionOf(where, filters), startOf({ since, from: place, fromStart })]
  const dataDir = dataDirOf(terminal)
  const found = await findCollector(dataDir, terminal.env)
  if (found.kind !== 'alive') throw new HindscopeError('cli-no-collector', { folder: dataDir })
  return follow(found.address, { session: session ?? found.address.session, query, from, max, json }, terminal)
}

function follow(address: CollectorAddress, asked: Asked, terminal: Terminal): Promise<ExitCode> {
  const url = new URL(LIVE_PATH, address.url.replace(/^http/, 'ws'))
  url.searchParams.set(TOKEN_PARAM, address.token)
  const socket = new WebSocket(url)
  const send = (message: LiveClientMessage): void => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message))
  }
  const printer = new Printer(asked, terminal)
  return new Promise((resolve, reject) => {
    const stop = (): void => socket.close()
    const refused = (status: string, reason: string): void =>
      reject(new HindscopeError('cli-collector-refused', { url: address.url, status, reason }))
    /** Messages are printed one after the other, each before the next one's rows are asked for. */
    let work = Promise.resolve()
    const take = async (message: LiveServerMessage): Promise<void> => {
      if (message.kind === 'error') refused(message.code, message.message)
      if (message.kind === 'dropped') printer.dropped(message)
      if (message.kind === 'rows' && (await printer.rows(message))) send({ kind: 'credit', id: ID, rows: message.rows.length })
      if (message.kind === 'error' || message.kind === 'ended' || printer.isDone) stop()
    }
    process.once('SIGINT', stop)
    socket.on('open', () => {
      const { session, query, from, max } = asked
      const policy: StreamPolicy = from.kind === 'now' ? NEWEST : { kind: 'wait' }
      send({ kind: 'subscribe', version: SUBSCRIPTION_VERSION, id: ID, session, query, from, credit: Math.min(CREDIT, max), policy })
    })
    socket.on('message', (bytes: Buffer) => {
      const message = JSON.parse(bytes.toString()) as LiveServerMessage // SAFE: our own collector's, checked by token
      work = work.then(() => take(message)).catch(reject)
    })
    socket.on('error', error => refused('nothing', error.message))
    socket.on('close', () => {
      process.off('SIGINT', stop)
      void work.then(() => resolve(ExitCode.ok))
    })
  })
}

class Printer {
  isDone = false
  private readonly asked: Asked
  private readonly terminal: Terminal
  private shown = 0

  constructor(asked: Asked, terminal: Terminal) {
    this.asked = asked
    this.terminal = terminal
  }

  /** False when no more rows are wanted. Resolves when they are out, which is as slow as whoever reads them. */
  async rows({ rows }: LiveServerMessage & { readonly kind: 'rows' }): Promise<boolean> {
    if (this.isDone) return false
    const wanted = rows.slice(0, this.asked.max - this.shown)
    this.shown += wanted.length
    this.isDone = this.shown >= this.asked.max
    try {
      await this.terminal.write(wanted.map(row => `${rowText(row, this.asked.json)}\n`).join(''))
    } catch {
      this.isDone = true // SAFE: a closed pipe: `hindscope tail | head` has what it wants.
    }
    return !this.isDone
  }

  dropped({ count, ranges }: LiveServerMessage & { readonly kind: 'dropped' }): void {
    if (this.asked.json) return this.terminal.note(JSON.stringify({ dropped: { count, ranges } }))
    const places = ranges.map(({ from, to }) => `${formatRef(from)} to ${formatRef(to)}`).join(', ')
    this.terminal.note(`${countText(count, 'row')} came faster than this terminal takes them and were left out: ${places}. They are in the trace.`)
  }
}
