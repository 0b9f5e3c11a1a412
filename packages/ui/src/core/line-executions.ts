/** Which events are executions of a line, counted as the hit counts of the source are. */
import type { EventFilter, EventRow } from '@hindscope/protocol'

export interface LinePlace {
  readonly path: string
  readonly line: number
  /** Column of the statement whose steps were counted, where there are steps. */
  readonly column: number | undefined
}

/** `file` of a query is a substring: other files may end in the same name, so the rows are judged by `isExecution` too. */
export const executionsFilter = ({ path, line, column }: LinePlace): EventFilter => ({
  file: path,
  line,
  kinds: column === undefined ? ['callEnter', 'write', 'propertyWrite', 'throwStatement'] : ['step'],
})

export const isExecution = ({ location }: EventRow, { path, line, column }: LinePlace): boolean =>
  location?.file === path && location.line === line && location.column === (column ?? location.column)
