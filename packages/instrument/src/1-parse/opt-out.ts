/**
 * Opt-out comments. A comment that says `hindscope-ignore` takes the syntax that follows it (statement, class element, property,
 * function) out of recording, whole, with everything inside; `hindscope-ignore-file` before the first token takes the file out.
 */
import type { CommentRange } from './parser.ts'
import { skipTrivia } from './trivia.ts'

export const OPT_OUT_TEXT = 'hindscope-ignore'
const FILE = /^[\s*!]*hindscope-ignore-file\b/
const NEXT = /^[\s*!]*hindscope-ignore(?![\w-])/

export interface OptOut {
  readonly file: boolean
  /** Offsets at which an ignored node starts. */
  readonly starts: ReadonlySet<number>
}

export function readOptOut(code: string, comments: readonly CommentRange[], firstToken: number): OptOut {
  const starts = new Set<number>()
  let file = false
  for (const { text, start, end } of comments) {
    if (FILE.test(text)) file ||= start < firstToken
    else if (NEXT.test(text)) starts.add(skipTrivia(code, end))
  }
  return { file, starts }
}
