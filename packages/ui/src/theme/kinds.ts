/** How each kind of event looks: one of six colours, and always a sign and a word beside it, since colour is never the only cue. */
import type { ActivityTypeName, EventKindName, EventRow } from '@hindscope/protocol'

export type VisualKind = 'call' | 'framework' | 'state' | 'network' | 'data' | 'input'

export interface KindLook {
  readonly visual: VisualKind
  readonly sign: string
  readonly word: string
}

const look = (visual: VisualKind, sign: string, word: string): KindLook => ({ visual, sign, word })

const KIND_LOOKS: Readonly<Record<EventKindName, KindLook>> = {
  callEnter: look('call', '→', 'call'),
  callReturn: look('call', '←', 'return'),
  callThrow: look('call', '✕', 'throw'),
  callUnwind: look('call', '↥', 'left by error'),
  suspendAwait: look('call', '⋯', 'await'),
  resumeAwait: look('call', '↻', 'resume'),
  suspendYield: look('call', '⋯', 'yield'),
  resumeYield: look('call', '↻', 'resume'),
  throwStatement: look('call', '✕', 'throw statement'),
  catch: look('call', '∪', 'catch'),
  step: look('call', '·', 'step'),
  branch: look('call', '⑂', 'branch'),
  iteration: look('call', '⟳', 'iteration'),
  locals: look('data', '≡', 'locals'),
  expression: look('data', 'ƒ', 'expression'),
  propertyWrite: look('data', '=', 'property write'),
  write: look('data', '=', 'write'),
  stateChange: look('state', 'Δ', 'state change'),
  stateSnapshot: look('state', 'S', 'state'),
  console: look('data', '>', 'console'),
  uncaughtError: look('input', '!', 'uncaught error'),
  unhandledRejection: look('input', '!', 'unhandled rejection'),
  activityStart: look('framework', '▸', 'start'),
  activityEnd: look('framework', '▪', 'end'),
  messageSend: look('network', '↗', 'message sent'),
  messageReceive: look('network', '↘', 'message received'),
  realmStart: look('framework', '◉', 'start of track'),
  realmEnd: look('framework', '○', 'end of track'),
  lifecycle: look('framework', '◌', 'lifecycle'),
  metric: look('data', '#', 'metric'),
  levelChange: look('framework', '±', 'level change'),
  traceControl: look('framework', '±', 'recorder'),
  mark: look('input', '★', 'mark'),
}

const ACTIVITY_LOOKS: Readonly<Record<ActivityTypeName, KindLook>> = {
  domEvent: look('input', '◎', 'page event'),
  httpClient: look('network', '⇡', 'request sent'),
  httpServer: look('network', '⇣', 'request received'),
  timer: look('framework', '◷', 'timer'),
  promiseReaction: look('framework', '∞', 'promise'),
  custom: look('state', '◇', 'activity'),
  message: look('network', '↘', 'message received'),
  process: look('framework', '◉', 'thread or process'),
  render: look('framework', '▣', 'render'),
  query: look('data', '⌸', 'query'),
  handler: look('framework', '⇢', 'handler'),
  action: look('state', '▹', 'action'),
  span: look('framework', '⌶', 'span'),
  test: look('input', '✓', 'test'),
}

export const activityLook = (activity: ActivityTypeName): KindLook => ACTIVITY_LOOKS[activity]

export function lookOf(row: Pick<EventRow, 'kind' | 'activity'>): KindLook {
  if (row.activity === undefined) return KIND_LOOKS[row.kind]
  const activity = ACTIVITY_LOOKS[row.activity]
  return row.kind === 'activityEnd' ? { ...activity, word: `${activity.word}, end`, sign: KIND_LOOKS.activityEnd.sign } : activity
}
