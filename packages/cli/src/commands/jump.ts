/** `hindscope jump`: puts a store of the running program to the state that it had at an event, or back. */
import { HindscopeError, formatRef } from '@hindscope/protocol'
import { ExitCode } from '../exit-code.ts'
import { findCollector } from '../sources/collector-address.ts'
import { dataDirOf } from '../sources/config.ts'
import { createControl, createHttpEngine } from '../sources/http-engine.ts'
import { pickSession } from '../sources/trace.ts'
import type { Terminal } from '../terminal.ts'
import { eventRef } from './event-ref.ts'
import { pickStore } from './stores.ts'

export interface JumpFlags {
  readonly back?: boolean
  readonly track?: string
  readonly session?: string
  readonly json?: boolean
}

export async function jump(name: string, event: string | undefined, flags: JumpFlags, terminal: Terminal): Promise<ExitCode> {
  if ((event === undefined) !== (flags.back === true)) {
    throw new HindscopeError('cli-bad-option', { option: '<event>', value: event ?? 'nothing', allowed: 'an event as "query" prints it, or --back' })
  }
  const ref = event === undefined ? undefined : eventRef(event)
  const dataDir = dataDirOf(terminal)
  const found = await findCollector(dataDir, terminal.env)
  if (found.kind !== 'alive') throw new HindscopeError('cli-no-collector', { folder: dataDir })
  const { address } = found
  const engine = createHttpEngine(address)
  const trace = { name: address.url, engine, damage: [], [Symbol.asyncDispose]: () => Promise.resolve() }
  const session = flags.session === undefined ? address.session : (await pickSession(trace, flags.session)).session
  const last = (await engine.events({ session, order: 'desc', limit: 1 })).rows[0]?.ref
  const at = ref ?? last
  const known = at === undefined ? [] : (await engine.stores({ session, ref: at, states: false })).stores
  const { track, store } = pickStore(known, name, flags.track, ref)
  const order = { session, track, store }
  if (ref === undefined) await createControl(address).jumpBack(order)
  else await createControl(address).jumpStore({ ...order, ref })
  const words =
    ref === undefined
      ? `${store} has its own state again.`
      : `${store} has the state of ${formatRef(ref)} now; hindscope jump ${store} --back undoes it.`
  terminal.print(flags.json === true ? JSON.stringify({ ...order, ...(ref === undefined ? { back: true } : { at: formatRef(ref) }) }) : words)
  return ExitCode.ok
}
