/** The offsets of a function by which its original is found. */
import { afterArrow } from '../1-parse/trivia.ts'
import type { FunctionNode, FunctionSite } from '../types.ts'
import type { Anchor, FunctionPlace } from './locate.ts'

export function placeOf(site: FunctionSite, code: string): FunctionPlace {
  const { definition, node, kind } = site
  const value = node.type === 'PropertyDefinition' ? node.value : undefined
  return { start: definition.start, end: value?.end ?? definition.end, isField: kind === 'field', anchors: anchorsOf(site, code) }
}

/** Compilers map some of a function's tokens, and not all of them to the token they came from: the surest ones stand first. */
function* anchorsOf({ definition, node }: FunctionSite, code: string): Generator<Anchor> {
  yield { offset: definition.start, role: 'start' }
  if ('key' in definition) yield { offset: definition.key.start, role: 'key' }
  if (node.start !== definition.start) yield { offset: node.start, role: 'start' }
  if ('id' in node && node.id) yield { offset: node.id.start, role: 'key' }
  if ('params' in node && node.params[0]) yield { offset: node.params[0].start, role: 'param' }
  if ('params' in node) yield* bodyAnchors(node, code)
}

function* bodyAnchors(node: FunctionNode, code: string): Generator<Anchor> {
  const { body } = node
  yield { offset: body.start, role: 'body' }
  const first = body.type === 'BlockStatement' ? body.body[0] : undefined
  if (first) yield { offset: first.start, role: 'body' }
  if (first?.type === 'ReturnStatement' && first.argument) yield { offset: first.argument.start, role: 'body' }
  if (node.type === 'ArrowFunctionExpression') yield { offset: afterArrow(code, node.params.at(-1)?.end ?? node.start), role: 'arrow' }
}
