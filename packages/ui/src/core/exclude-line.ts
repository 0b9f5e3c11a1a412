/** The line of a config that leaves something out the next time. */
import type { EventKindName, Level, SizePart } from '@hindscope/protocol'

export const SIZE_LISTS = ['kinds', 'functions', 'files', 'values', 'tracks'] as const
export type SizeListName = (typeof SIZE_LISTS)[number]

/** The level at which events of a kind are not recorded any more. */
const BELOW: Readonly<Partial<Record<EventKindName, Level>>> = {
  step: 'values',
  branch: 'values',
  iteration: 'values',
  expression: 'values',
  locals: 'values',
  write: 'calls',
  propertyWrite: 'calls',
  callEnter: 'count',
  callReturn: 'count',
}

const text = (value: string): string => `'${value.replaceAll(/['\\]/g, '\\$&')}'`

/** Undefined where no line of the config does it. */
export function excludeLine(list: SizeListName, { name, location, function: around }: SizePart): string | undefined {
  switch (list) {
    case 'files':
      return name.startsWith('(') ? undefined : `exclude: [${text(name)}],`
    case 'kinds': {
      const level = BELOW[name as EventKindName] // SAFE: names of other kinds are in no row of the table
      return level && `level: ${text(level)},`
    }
    case 'functions':
    case 'values': {
      if (location === undefined || around === undefined) return undefined
      const level = list === 'functions' ? 'off' : 'calls'
      return `overrides: [{ file: ${text(location.file)}, function: ${text(around)}, level: ${text(level)} }],`
    }
    default:
      return undefined
  }
}
