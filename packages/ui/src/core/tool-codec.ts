/** Parts of a link that say what is measured at a moment: logpoints as `8:src/cart.js:item.price`, the other side of a diff as `write,all`. */
import { formatRef, tryParseRef } from '@hindscope/protocol'
import type { DiffBase, DiffView, Logpoint } from './view-state.ts'

const MAX_EXPRESSION = 500

/** Colons in the path are escaped, so that the first one behind it ends it. */
export function formatLogpoint({ path, line, expression }: Logpoint): string {
  return `${line}:${path.replaceAll('%', '%25').replaceAll(':', '%3A')}:${expression}`
}

export function tryParseLogpoint(text: string): Logpoint | undefined {
  const [, line, path, expression] = /^([1-9]\d{0,8}):([^:]+):(.+)$/s.exec(text) ?? []
  if (line === undefined || path === undefined || expression === undefined || expression.length > MAX_EXPRESSION) return undefined
  return { path: path.replaceAll('%3A', ':').replaceAll('%25', '%'), line: Number(line), expression }
}

const NAMED_BASES: readonly DiffBase[] = ['visited', 'write', 'call']

export const formatDiffView = ({ base, all }: DiffView): string => `${typeof base === 'string' ? base : formatRef(base)}${all ? ',all' : ''}`

export function tryParseDiffView(text: string): DiffView | undefined {
  const [, baseText = '', all] = /^([\w.]+)(,all)?$/.exec(text) ?? []
  const base = NAMED_BASES.find(each => each === baseText) ?? tryParseRef(baseText)
  return base && { base, all: all !== undefined }
}
