/** `@hindscope/runtime/mark`: the program marks a moment. Imports nothing that records; without a recorder it does nothing. */
import { EventKind } from '@hindscope/protocol'
import { findHook } from './hook-object.ts'

/**
 * Puts a mark into the trace and keeps the time around it as an incident (docs/incidents.md). `value` is copied like any recorded value.
 * False when nothing records here. Never throws.
 */
export function mark(label = '', value?: unknown): boolean {
  const hook = findHook(globalThis)
  const owner = hook === undefined || hook === 'foreign' ? undefined : hook.registry.owner
  owner?.access.record(EventKind.mark, 0, [{ label, value }])
  return owner !== undefined
}
