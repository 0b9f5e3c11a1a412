/**
 * Where a text stops being JSON. The engines' own messages differ and often have no position, so a text that JSON.parse refused is read
 * again here: by the grammar of RFC 8259, without building anything, and without recursion.
 */
export interface JsonBreak {
  /** UTF-16 units from the beginning of the text. */
  readonly at: number
  readonly reason: string
}

const LITERAL = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const SPACE = /[ \t\n\r]*/y
// eslint-disable-next-line no-control-regex -- JSON forbids control characters in strings
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y

type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | 'comma'

/** undefined when the text is one JSON value. */
export function findJsonBreak(text: string): JsonBreak | undefined {
  const open: ('{' | '[')[] = []
  let at = 0
  let expected: Expected = 'value'
  const match = (pattern: RegExp): boolean => {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found !== null) at += found[0].length
    return found !== null
  }
  for (;;) {
    match(SPACE)
    const char = text[at]
    if (expected === 'comma') {
      const top = open.at(-1)
      if (top === undefined) return at === text.length ? undefined : { at, reason: 'something follows the value' }
      if (char === ',') {
        at++
        expected = top === '{' ? 'key' : 'value'
      } else if (char === (top === '{' ? '}' : ']')) {
        at++
        open.pop()
      } else return broken(text, at, `a comma or ${top === '{' ? '}' : ']'}`)
    } else if (expected === 'key' || expected === 'key or }') {
      if (expected === 'key or }' && char === '}') {
        at++
        open.pop()
        expected = 'comma'
        continue
      }
      if (!match(STRING)) return broken(text, at, 'a property name')
      match(SPACE)
      if (text[at] !== ':') return broken(text, at, 'a colon')
      at++
      expected = 'value'
    } else if (char === '{' || char === '[') {
      at++
      open.push(char)
      expected = char === '{' ? 'key or }' : 'value or ]'
    } else if (expected === 'value or ]' && char === ']') {
      at++
      open.pop()
      expected = 'comma'
    } else if (match(STRING) || match(LITERAL)) expected = 'comma'
    else return broken(text, at, 'a value')
  }
}

const broken = (text: string, at: number, wanted: string): JsonBreak => ({
  at,
  reason: at >= text.length ? `it ends where ${wanted} is needed` : `${JSON.stringify(text[at])} stands where ${wanted} is needed`,
})
