/** What can be done with a row of values: the same by keys, by its menu and by its badge. */
import { diagnostic } from '@hindscope/protocol'
import type { ValueNode, WriteTarget } from '@hindscope/protocol'
import type { EventPlace } from '../core/event-order.ts'
import { sameRef } from '../core/moment.ts'
import { MAX_EXPRESSIONS } from '../core/url-codec.ts'
import { valueToJson } from '../core/value-json.ts'
import type { ValueRow } from '../core/value-rows.ts'
import { identityOf } from '../core/value-text.ts'
import type { Workbench } from '../core/workbench.ts'
import { walkWrites } from '../core/write-walk.ts'
import type { WriteDirection } from '../core/write-walk.ts'
import { failureText } from '../engine/failure.ts'
import { valueOf } from '../engine/resource.ts'
import type { MenuAction } from '../widgets/menu.tsx'

export interface RowPlace {
  readonly row: ValueRow
  /** Whose object ids the row has. */
  readonly track: number
  /** Of a variable. */
  readonly target: WriteTarget | undefined
}

const targetOf = ({ row, track, target }: RowPlace): WriteTarget | undefined =>
  row.owner ? { kind: 'property', track, object: row.owner.object, key: row.owner.key } : row.depth === 0 ? target : undefined

const noTarget = ({ row }: RowPlace): string | undefined =>
  row.depth === 0
    ? 'its writes are not recorded'
    : row.expression === undefined
      ? 'members are not written by assignments'
      : 'the object that holds it has no identity'

/** Asked for where the event on screen is still that of the moment before. */
async function momentPlace({ model, engine, event }: Workbench): Promise<EventPlace | undefined> {
  const row = valueOf(event.state.peek())?.row
  const [session, ref] = [model.session.peek(), model.moment.peek()?.ref]
  if (!ref || session === undefined || sameRef(row?.ref, ref)) return row
  const found = await engine.ask('event', { session, ref })
  return found.ok ? found.value.row : undefined
}

/** Jumps to the next or previous write of exactly this variable or property. */
export async function goToWrite(bench: Workbench, place: RowPlace, direction: WriteDirection): Promise<void> {
  const { model, engine } = bench
  const writes = targetOf(place)
  const session = model.session.peek()
  if (!writes) {
    const { message, fix } = diagnostic('ui-no-writes-of', 'info', { name: place.row.name, reason: noTarget(place) ?? '' })
    return model.notify(`${message} ${fix}`)
  }
  const from = await momentPlace(bench)
  if (!from || session === undefined) return
  const result = await walkWrites(engine, session, writes, from, direction)
  if (!result.ok) return model.notify(failureText(result.failure), 'problem')
  const what = `${direction === 'next' ? 'later' : 'earlier'} write of ${place.row.name}`
  if (result.value) {
    bench.walkedRow.value = place.row.path
    bench.jump(result.value.ref, { path: place.row.path })
  } else model.notify(diagnostic('ui-nothing-there', 'info', { what }).message)
}

export function showSightings({ model }: Workbench, track: number, object: number): void {
  model.commit({ left: 'search', object: { track, object } })
}

export function copyText({ model }: Workbench, text: string): void {
  navigator.clipboard.writeText(text).then(
    () => model.notify('Copied'),
    () => model.notify('The browser did not allow copying', 'problem'),
  )
}

export const copyJson = (bench: Workbench, value: ValueNode): void => copyText(bench, valueToJson(value))

export function pinExpression({ model }: Workbench, expression: string): void {
  const pins = model.view.peek().pins ?? []
  if (pins.includes(expression)) return
  if (pins.length >= MAX_EXPRESSIONS) return model.notify(`${MAX_EXPRESSIONS} expressions are pinned already: unpin one first.`, 'problem')
  model.adjust({ pins: [...pins, expression], right: 'values' })
}

export function unpinExpression({ model }: Workbench, expression: string): void {
  const rest = (model.view.peek().pins ?? []).filter(pin => pin !== expression)
  model.adjust({ pins: rest.length === 0 ? undefined : rest })
}

export function rowActions(bench: Workbench, place: RowPlace): readonly MenuAction[] {
  const { row, track } = place
  const id = identityOf(row.node)
  const { expression } = row
  const [noWrites, noPath] = [targetOf(place) ? undefined : noTarget(place), expression === undefined ? 'no expression names this place' : undefined]
  return [
    { words: 'Next write', keys: 'W', ...(noWrites !== undefined && { not: noWrites }), run: () => void goToWrite(bench, place, 'next') },
    {
      words: 'Previous write',
      keys: 'Shift+W',
      ...(noWrites !== undefined && { not: noWrites }),
      run: () => void goToWrite(bench, place, 'previous'),
    },
    {
      words: id > 0 ? `Where #${id} was seen` : 'Where it was seen',
      ...(id === 0 && { not: 'it has no identity' }),
      run: () => showSightings(bench, track, id),
    },
    { words: 'Copy JSON', run: () => copyJson(bench, row.node) },
    { words: 'Copy path', ...(noPath !== undefined && { not: noPath }), run: () => expression !== undefined && copyText(bench, expression) },
    { words: 'Pin on top', ...(noPath !== undefined && { not: noPath }), run: () => expression !== undefined && pinExpression(bench, expression) },
  ]
}
