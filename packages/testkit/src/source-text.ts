import type { SourceRange } from '@hindscope/protocol'

/** The text of a range of a source. */
export function textOfRange(content: string, [startLine, startColumn, endLine, endColumn]: SourceRange): string {
  const part = content.split(/\r\n|[\n\r\u2028\u2029]/).slice(startLine - 1, endLine)
  part[part.length - 1] = (part[part.length - 1] ?? '').slice(0, endColumn)
  part[0] = (part[0] ?? '').slice(startColumn)
  return part.join('\n')
}
