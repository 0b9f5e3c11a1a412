/** Rows as they are recorded, over the live stream of a running collector. */
import { WebSocket } from 'ws'
import { HindscopeError, LIVE_PATH, TOKEN_PARAM } from '@hindscope/protocol'
import type { CollectorAddress, LiveClientMessage, LiveServerMessage } from '@hindscope/protocol'
import { ExitCode } from '../exit-code.ts'
import { rowText } from '../format/event-lines.ts'
import { dataDirOf } from '../sources/config.ts'
import { findCollector } from '../sources/collector-address.ts'
import type { Terminal } from '../terminal.ts'
import { filterOf } from './query.ts'
import type { FilterFlags } from './query.ts'

export interface TailFlags extends FilterFlags {
  readonly json?: boolean
  readonly fromStart?: boolean
  readonly max?: string
}

/** Rows asked for at a time; half of it is asked for again whenever that many have come. */
const CREDIT = 2000

/** Ends with the collector, after `--max` rows, or on Ctrl-C. */
export async function tail(session: string | undefined, flags: TailFlags, terminal: Terminal): Promise<ExitCode> {
  const dataDir = dataDirOf(terminal)
  const found = await findCollector(dataDir, terminal.env)
  if (found.kind !== 'alive') throw new HindscopeError('cli-no-collector', { folder: dataDir })
  const max = flags.max === undefined ? Infinity : Number(flags.max)
  if (!(max > 0)) throw new HindscopeError('cli-bad-option', { option: '--max', value: flags.max ?? '', allowed: 'a whole number above 0' })
  return follow(found.address, session ?? found.address.session, flags, max, terminal)
}

function follow(address: CollectorAddress, session: string, flags: TailFlags, max: number, terminal: Terminal): Promise<ExitCode> {
  const url = new URL(LIVE_PATH, address.url.replace(/^http/, 'ws'))
  url.searchParams.set(TOKEN_PARAM, address.token)
  const socket = new WebSocket(url)
  const send = (message: LiveClientMessage): void => socket.send(JSON.stringify(message))
  let shown = 0
  let used = 0
  const show = (message: LiveServerMessage & { readonly kind: 'rows' }): void => {
    for (const row of message.rows) if (shown++ < max) terminal.print(rowText(row, flags.json))
    if (message.dropped > 0)
      terminal.note(`${message.dropped} rows came faster than this terminal takes them and were left out; they are in the trace.`)
    used += message.rows.length
    if (used >= CREDIT / 2) {
      send({ kind: 'credit', rows: used })
      used = 0
    }
  }
  return new Promise((resolve, reject) => {
    const stop = (): void => socket.close()
    process.once('SIGINT', stop)
    socket.on('open', () =>
      send({ kind: 'subscribe', session, filter: filterOf(flags, 0), from: flags.fromStart === true ? 'start' : 'now', credit: CREDIT }),
    )
    socket.on('message', (bytes: Buffer) => {
      const message = JSON.parse(bytes.toString()) as LiveServerMessage // SAFE: our own collector's, checked by token
      if (message.kind === 'error')
        reject(new HindscopeError('cli-collector-refused', { url: address.url, status: message.code, reason: message.message }))
      if (message.kind === 'rows') show(message)
      if (message.kind === 'error' || shown >= max) stop()
    })
    socket.on('error', error => reject(new HindscopeError('cli-collector-refused', { url: address.url, status: 'nothing', reason: error.message })))
    socket.on('close', () => {
      process.off('SIGINT', stop)
      resolve(ExitCode.ok)
    })
  })
}
