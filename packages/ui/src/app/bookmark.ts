/** Notes the moment that is shown, with what happens there as a first text, and opens the list. */
import { valueOf } from '../engine/resource.ts'
import type { App } from './context.ts'

const MOST_TEXT = 120

export function bookmarkMoment({ bench, settings }: App): void {
  const { model, event, notes } = bench
  const row = valueOf(event.state.peek())?.row
  const ref = model.moment.peek()?.ref
  if (row === undefined || row.ref.track !== ref?.track || row.ref.seq !== ref.seq) {
    return model.notify(ref === undefined ? 'There is no moment to note' : 'The moment is still being loaded', 'problem')
  }
  const text = `${row.name}${row.preview}`.trim()
  notes.add({
    atUs: row.timeUs,
    ref: row.ref,
    text: (text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT - 1)}…` : text) || 'Bookmark',
    author: settings.author.peek().trim(),
  })
  model.adjust({ left: 'notes' })
  model.notify('Noted')
}
