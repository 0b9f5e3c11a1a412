/** Whether a collector answers, for all panels of its workbench. */
import { effect, signal } from '@preact/signals-core'
import type { ReadonlySignal } from '@preact/signals-core'
import { valueOf } from '../engine/resource.ts'
import type { Failure } from '../engine/failure.ts'
import type { Workbench } from './workbench.ts'

/** It never did: these are static files, or the program that recorded has ended. */
export function noCollector({ sessions, session }: Workbench): Failure | undefined {
  const { value } = sessions.state
  if (value.status !== 'failed' || valueOf(session.state.value) !== undefined) return undefined
  return ['ui-engine-unreachable', 'ui-answer-malformed'].includes(value.failure.code) ? value.failure : undefined
}

/**
 * True from when it no longer answers until it does again. What is on screen stays meanwhile; what failed meanwhile is asked for again
 * then.
 */
export function watchCollector(bench: Workbench): ReadonlySignal<boolean> {
  const isGone = signal(false)
  effect(() => {
    const { value } = bench.sessions.state
    if (value.status === 'failed') isGone.value = value.failure.code === 'ui-engine-unreachable'
    if (value.status !== 'ready' || !isGone.peek()) return
    isGone.value = false
    const { session, problems, incidents, sources, levels, event, stack, call, locals, source } = bench
    for (const resource of [session, problems, incidents, sources, levels, event, stack, call, locals, source]) {
      if (resource.state.peek().status === 'failed') resource.reload()
    }
  })
  return isGone
}
