/**
 * Drivers that an ORM opens by itself: what the program never gets is handed to the adapter of the driver from here. Which one it is, the
 * methods say. Drivers without an adapter are left alone.
 */
import { observe as observeMysql2 } from '../libraries/mysql2.ts'
import { observe as observePg } from '../libraries/pg.ts'
import { observe as observePglite } from '../libraries/pglite.ts'
import type { Observe } from './library.ts'
import { isProxy, prototypeWith } from './own-properties.ts'

const DRIVERS: readonly (readonly [observe: Observe, methods: readonly string[]])[] = [
  [observePg, ['connect', 'query', '_pulseQueue']],
  [observePg, ['connect', 'query', '_pulseQueryQueue']],
  [observePg, ['Client', 'Pool', 'Query']],
  [observePglite, ['query', 'exec', 'transaction', '_initArrayTypes']],
  [observeMysql2, ['query', 'execute', 'getConnection']],
  [observeMysql2, ['query', 'execute', 'addCommand']],
  [observeMysql2, ['query', 'execute', 'changeUser']],
  [observeMysql2, ['Connection', 'Pool', 'createPool']],
]

/** `driver`: a pool, a client or the driver's module. Never throws. */
export function handToDriver(driver: unknown): void {
  if ((typeof driver !== 'object' && typeof driver !== 'function') || driver === null || isProxy(driver)) return
  for (const [observe, methods] of DRIVERS) if (prototypeWith(driver, methods) !== undefined) return void observe(driver)
}
