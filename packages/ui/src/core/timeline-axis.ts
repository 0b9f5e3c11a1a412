/** Which x-axis the timeline has: the one in the link, else what suits the session. */
import type { SessionSummary } from '@hindscope/protocol'
import { valueOf } from '../engine/resource.ts'
import { withChoices } from './view-choices.ts'
import type { AxisKind } from './view-choices.ts'
import type { ViewState } from './view-state.ts'
import type { Workbench } from './workbench.ts'

/** A session that was over sooner hides on the axis of time what came one after the other. */
const SHORT_US = 50_000

/** Sequence for sessions that are over and were short: the order is what there is to see. */
export const axisOf = ({ choices }: ViewState, summary: SessionSummary | undefined): AxisKind =>
  choices?.axis ?? (summary && !summary.live && summary.lastUs - summary.firstUs < SHORT_US ? 'sequence' : 'time')

export function toggleAxis({ model, session }: Workbench): void {
  const view = model.view.peek()
  const axis = axisOf(view, valueOf(session.state.peek())) === 'time' ? 'sequence' : 'time'
  model.adjust({ choices: withChoices(view.choices, { axis }) })
}
