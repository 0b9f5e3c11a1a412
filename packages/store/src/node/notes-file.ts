/** `notes.json` in a session's folder: what people wrote about it. Written by whoever shows the session, read with it, part of its exports. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isAnnotationDefinition } from '@hindscope/protocol'
import type { AnnotationDefinition } from '@hindscope/protocol'
import { writeDurably } from './durable-file.ts'

const NOTES = 'notes.json'

/** None when the file is not there or is not one; entries that are none are left out. */
export async function readNotes(dir: string): Promise<readonly AnnotationDefinition[]> {
  try {
    const list = JSON.parse(await readFile(join(dir, NOTES), 'utf8')) as unknown
    // SAFE: every entry is checked
    return Array.isArray(list) ? (list as AnnotationDefinition[]).filter(each => each?.kind === 'annotation' && isAnnotationDefinition(each)) : []
  } catch {
    // SAFE: a session without notes is the ordinary case.
    return []
  }
}

/** Replaces all of them. */
export async function writeNotes(dir: string, notes: readonly AnnotationDefinition[]): Promise<void> {
  await writeDurably(join(dir, NOTES), [Buffer.from(JSON.stringify(notes, undefined, 1))])
}
