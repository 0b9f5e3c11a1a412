/** Offset of the next token at or after `offset`: white space and comments are passed over. */
export function skipTrivia(code: string, offset: number): number {
  let at = offset
  for (;;) {
    const char = code.charAt(at)
    if (char === '/' && code.charAt(at + 1) === '*') at = after(code, code.indexOf('*/', at + 2), 2)
    else if (char === '/' && code.charAt(at + 1) === '/') at = lineEnd(code, at)
    else if (char !== '' && char.trim() === '') at++
    else return at
  }
}

const after = (code: string, found: number, length: number): number => (found < 0 ? code.length : found + length)

const LINE_TERMINATOR = /[\n\r\u2028\u2029]/g
export function lineEnd(code: string, offset: number): number {
  LINE_TERMINATOR.lastIndex = offset
  return after(code, LINE_TERMINATOR.exec(code)?.index ?? -1, 0)
}

/** Offset just behind `=>` of an arrow function. `offset` lies between its last parameter (or its start) and the arrow. */
export function afterArrow(code: string, offset: number): number {
  let at = skipTrivia(code, offset)
  while (at < code.length && !(code.charAt(at) === '=' && code.charAt(at + 1) === '>')) at = skipTrivia(code, at + 1)
  return at + 2
}
