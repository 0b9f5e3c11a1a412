/** The offsets of a function by which its original is found. */
import { afterArrow } from '../1-parse/trivia.ts'
import type { FunctionNode, FunctionSite } from '../types.ts'
import type { Anchor, FunctionPlace } from './locate.ts'

/** Compilers map some of a function's tokens, and not all of them to the token they came from: the surest ones stand first. */
export function placeOf(site: FunctionSite, code: string): FunctionPlace {
  const { definition, node, kind } = site
  const anchors: Anchor[] = [{ offset: definition.start, role: 'start' }]
  if ('key' in definition) anchors.push({ offset: definition.key.start, role: 'key' })
  if (node.start !== definition.start) anchors.push({ offset: node.start, role: 'start' })
  if ('id' in node && node.id) anchors.push({ offset: node.id.start, role: 'key' })
  if ('params' in node && node.params[0]) anchors.push({ offset: node.params[0].start, role: 'param' })
  if ('params' in node) anchors.push(...bodyAnchors(node, code))
  const value = node.type === 'PropertyDefinition' ? node.value : undefined
  return { start: definition.start, end: value?.end ?? definition.end, isField: kind === 'field', anchors }
}

function bodyAnchors(node: FunctionNode, code: string): Anchor[] {
  const { body } = node
  const anchors: Anchor[] = [{ offset: body.start, role: 'body' }]
  const first = body.type === 'BlockStatement' ? body.body[0] : undefined
  if (first) anchors.push({ offset: first.start, role: 'body' })
  if (first?.type === 'ReturnStatement' && first.argument) anchors.push({ offset: first.argument.start, role: 'body' })
  if (node.type === 'ArrowFunctionExpression') anchors.push({ offset: afterArrow(code, node.params.at(-1)?.end ?? node.start), role: 'arrow' })
  return anchors
}
