/** Notes in order, and what is made of them. Pure. */
import type { AnnotationRow } from '@hindscope/protocol'
import { formatClock } from './time-text.ts'

/** The engine's with those of this page over them: of two with one id the one that was written later, and none that was removed. */
export function mergeNotes(known: readonly AnnotationRow[], own: readonly AnnotationRow[]): readonly AnnotationRow[] {
  const byId = new Map(known.map(note => [note.id, note]))
  for (const note of own) if ((byId.get(note.id)?.writtenMs ?? -1) < note.writtenMs) byId.set(note.id, note)
  return [...byId.values()].filter(({ text }) => text !== '').sort((a, b) => a.order - b.order || a.writtenMs - b.writtenMs || (a.id < b.id ? -1 : 1))
}

/** The order that puts the note at `index` one place further; undefined at the ends. */
export function orderAfterMove(list: readonly AnnotationRow[], index: number, direction: 1 | -1): number | undefined {
  const [near, far] = [list[index + direction], list[index + 2 * direction]]
  if (list[index] === undefined || near === undefined) return undefined
  // A second is as good as any distance where nothing lies beyond.
  return far === undefined ? near.order + direction * 1_000_000 : (near.order + far.order) / 2
}

/** A list with a link for each moment. */
export function notesMarkdown(title: string, notes: readonly AnnotationRow[], startUs: number, linkOf: (note: AnnotationRow) => string): string {
  const lines = notes.map(note => {
    const [first = '', ...more] = note.text.split('\n')
    const author = note.author === '' ? '' : ` (${note.author})`
    return [`- [${formatClock(note.atUs - startUs)}](${linkOf(note)}) ${first}${author}`, ...more.map(line => `  ${line}`)].join('\n')
  })
  return `# Notes on ${title}\n\n${lines.join('\n')}\n`
}
