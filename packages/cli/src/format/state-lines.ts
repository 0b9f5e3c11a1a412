/** The state at a moment as lines of text. */
import { formatRef } from '@hindscope/protocol'
import type { FrameState, LocalValue, MomentState, OuterScope, ThisValue } from '@hindscope/protocol'
import { formatValue } from '@hindscope/store/model'
import { harmless } from './event-lines.ts'

const VALUE_LENGTH = 120
const MODULES = 20

export function stateLines({ frames, stores, modules }: MomentState): string[] {
  return [
    ...frames.flatMap((frame, index) => frameLines(frame, index)),
    ...(frames.length === 0 ? ['No call: the event stands for itself.'] : []),
    ...stores.flatMap(({ name, snapshot, changes }) => [
      `store ${name}${snapshot === undefined ? '' : ` = ${formatValue(snapshot.value, VALUE_LENGTH)}  ${formatRef(snapshot.ref)}`}`,
      ...changes.map(({ key, value, ref }) => `    ${key} = ${formatValue(value, VALUE_LENGTH)}  ${formatRef(ref)}`),
    ]),
    ...modules.slice(0, MODULES).map(({ file, sourceHash, versions, since }) => {
      const version = sourceHash === undefined ? 'text not in the trace' : sourceHash.slice(0, 8)
      return `module ${file}  ${version}${versions > 1 ? `, version ${versions}` : ''}  since ${formatRef(since)}`
    }),
    ...(modules.length > MODULES ? [`… ${modules.length - MODULES} more modules (--json has all)`] : []),
  ].map(harmless)
}

function frameLines(frame: FrameState, index: number): string[] {
  const { node, locals, scopes, life, at } = frame
  const place = node.location === undefined ? '' : `  ${node.location.file}:${node.location.line}`
  const when = at === undefined ? '' : `  at ${formatRef(at)}`
  return [
    `#${index} ${life === 'left' ? 'ended: ' : ''}${node.name}${place}${when}`,
    ...(frame.this === undefined ? [] : [thisLine(frame.this)]),
    ...(locals ?? []).map(local => localLine(local, '    ')),
    ...(scopes ?? []).flatMap(scopeLines),
  ]
}

function thisLine(value: ThisValue): string {
  if (value.kind === 'notRecorded') return '    this: not recorded'
  const text = value.kind === 'object' ? `${value.label}#${value.object}` : formatValue(value.value, VALUE_LENGTH)
  return `    this = ${text}${value.uncertain === true ? '  (uncertain)' : ''}  ${formatRef(value.ref)}`
}

function scopeLines({ kind, name, locals, uncertain }: OuterScope): string[] {
  if (locals.length === 0) return []
  return [`    ${kind} ${name}${uncertain === true ? ' (maybe of another call)' : ''}`, ...locals.map(local => localLine(local, '      '))]
}

const localLine = ({ name, value, ref, uncertain }: LocalValue, indent: string): string =>
  `${indent}${name} = ${formatValue(value, VALUE_LENGTH)}${uncertain === true ? '  (uncertain)' : ''}  ${formatRef(ref)}`
