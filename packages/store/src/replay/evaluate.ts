/** The `evaluate` query: one expression over what was recorded, as a frame saw it at a moment. */
import type { EvaluateQuery, Evaluation, ValueNode } from '@hindscope/protocol'
import { completenessOf } from '../engine/events.ts'
import type { RowPlace } from '../engine/order.ts'
import { findEvent, refuse, wholeNumber } from '../engine/validate.ts'
import type { TraceStore } from '../model/trace-store.ts'
import { MAX_EXPRESSION, parseExpression } from './parse-expression.ts'
import { framePlaces } from './state.ts'
import type { FramePlace } from './state.ts'
import { evaluate, rangeOf } from './sandbox/evaluator.ts'
import { FrameNames } from './sandbox/frame-names.ts'
import { nodeOfValue } from './sandbox/value-node.ts'
import type { Value } from './sandbox/values.ts'
import { Missing } from './sandbox/values.ts'

const MAX_FRAME = 1_000_000

export function queryEvaluate(store: TraceStore, query: EvaluateQuery): Evaluation {
  const moment = findEvent('evaluate', store, query.ref)
  const frame = wholeNumber('evaluate', 'frame', query.frame, { min: 0, max: MAX_FRAME, fallback: 0 })
  const { expression: text } = query
  if (typeof text !== 'string' || text.length > MAX_EXPRESSION)
    return refuse('evaluate', 'expression', text, `a JavaScript expression of at most ${MAX_EXPRESSION} characters`)
  const expression = parseExpression(text)
  const place = frameOf(store, moment, frame)
  const names = new FrameNames(place, moment)
  const completeness = completenessOf(store, [place?.track ?? moment.track])
  try {
    const value = nodeOfValue(evaluate(text, expression, names), partReader(names))
    return { kind: 'value', value, sources: names.sources(), doubts: [...names.doubts], completeness }
  } catch (error) {
    if (!(error instanceof Missing)) throw error
    const { node, reason } = error
    return { kind: 'missing', path: text.slice(node.start, node.end), reason, range: rangeOf(text, node), completeness }
  }
}

/** Undefined for the frame of an event that belongs to no call. */
function frameOf(store: TraceStore, moment: RowPlace, frame: number): FramePlace | undefined {
  let count = 0
  for (const place of framePlaces(store, moment)) if (count++ === frame) return place
  return frame === 0 ? undefined : refuse('evaluate', 'frame', frame, `0 to ${Math.max(0, count - 1)}, the frames of the event`)
}

/** Parts of the result that say nothing are shown as they were recorded. */
const partReader =
  (names: FrameNames) =>
  (node: ValueNode, row: number): Value | ValueNode => {
    try {
      return names.valueOf(node, row, reason => {
        throw new Unsaid(reason)
      })
    } catch (error) {
      if (error instanceof Unsaid) return node
      throw error
    }
  }

class Unsaid {
  readonly reason: string

  constructor(reason: string) {
    this.reason = reason
  }
}
