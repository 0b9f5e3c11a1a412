/** What the Session screen shows, asked for while its page is open. */
import type { HostHealth, PerformanceReport, RunDiff, TraceSizes } from '@hindscope/protocol'
import type { ControlClient, EngineClient } from '../engine/engine-client.ts'
import { createResource } from '../engine/resource.ts'
import type { Resource } from '../engine/resource.ts'
import type { ViewModel } from './view-model.ts'
import type { ReadonlySignal } from '@preact/signals-core'
import type { ScreenTab } from './view-state.ts'

export interface Reports {
  readonly health: Resource<HostHealth>
  readonly sizes: Resource<TraceSizes>
  readonly performance: Resource<PerformanceReport>
  readonly diff: Resource<RunDiff>
}

export function createReports(model: ViewModel, engine: EngineClient & ControlClient, tick: ReadonlySignal<number>): Reports {
  const keyOn = (...tabs: readonly ScreenTab[]): { readonly session: string; readonly tick: number } | undefined => {
    const { screen, session } = model.view.value
    return screen !== undefined && tabs.includes(screen) && session !== undefined ? { session, tick: tick.value } : undefined
  }
  const sameSession = { keep: (a: { session: string }, b: { session: string }) => a.session === b.session }
  return {
    health: createResource(
      () => keyOn('health'),
      (_, aborted) => engine.health(aborted),
      sameSession,
    ),
    sizes: createResource(
      () => keyOn('size'),
      ({ session }, aborted) => engine.ask('sizes', { session }, aborted),
      sameSession,
    ),
    performance: createResource(
      () => keyOn('performance', 'health'),
      ({ session }, aborted) => engine.ask('performance', { session }, aborted),
      sameSession,
    ),
    diff: createResource(
      () => {
        const { screen, session, other } = model.view.value
        return screen === 'compare' && session !== undefined && other !== undefined ? { session, other } : undefined
      },
      (key, aborted) => engine.ask('diffRuns', key, aborted),
      { keep: (a, b) => a.session === b.session && a.other === b.other },
    ),
  }
}
