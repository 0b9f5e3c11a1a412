// The least that any recorder of calls written in JavaScript can insert, to compare our probes with: no levels, ids, clocks, chunks, values or
// errors, nothing that anybody could read back. What it costs no recorder can undercut.
import { parse } from 'acorn'

/** A ring that is never sealed; `on` can change, so that an engine cannot leave out what asks for it. */
const HEAD = 'var T$ = new Int32Array(1 << 20), P$ = 0, V$, on$ = 0; export const setFloor = on => { on$ = on };\n'
const store = word => `T$[P$++ & 1048575] = ${word}`

/**
 * `kind`: `off` asks one variable at the start of every function; `enter` writes one word there; `pair` another one before every return,
 * also that at the end, but none for a throw.
 */
export function withFloor(code, kind) {
  const pieces = []
  const insert = (at, text, order = 0) => pieces.push({ at, text, order, turn: pieces.length })
  /** An expression told from both sides. */
  const around = ({ start, end }, before, after) => {
    insert(start, before, 1)
    insert(end, after, -1)
  }
  let count = 0
  const visit = (node, word) => {
    let inside = word
    if (isFunction(node)) {
      inside = ++count * 2
      enter(node, inside)
    } else if (node.type === 'ReturnStatement' && kind === 'pair') {
      if (node.argument) around(node.argument, '(V$ = (', `), ${store(word + 1)}, V$)`)
      else around(node, `{ ${store(word + 1)}; `, ' }')
    }
    for (const child of childrenOf(node)) visit(child, inside)
  }
  const enter = ({ body, generator }, word) => {
    if (body.type !== 'BlockStatement') {
      const first = kind === 'off' ? `on$ && (${store(word)})` : store(word)
      around(body, kind === 'pair' ? `(${first}, V$ = (` : `(${first}, (`, kind === 'pair' ? `), ${store(word + 1)}, V$)` : '))')
      return
    }
    const directive = body.body.findLast(({ directive }) => directive !== undefined)
    insert(directive?.end ?? body.start + 1, `${kind === 'off' ? `if (on$) ` : ''}${store(word)}; `, 1)
    if (kind === 'pair' && !generator) insert(body.end - 1, `; ${store(word + 1)}`, -1)
  }
  visit(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), 0)
  let result = HEAD
  let from = 0
  // At one place what closes comes first, inner before outer; what opens outer before inner.
  for (const { at, text } of pieces.toSorted((a, b) => a.at - b.at || a.order - b.order || (a.order < 0 ? b.turn - a.turn : a.turn - b.turn))) {
    result += code.slice(from, at) + text
    from = at
  }
  return result + code.slice(from)
}

const isFunction = ({ type }) => type === 'FunctionDeclaration' || type === 'FunctionExpression' || type === 'ArrowFunctionExpression'
const childrenOf = node =>
  Object.values(node)
    .flat()
    .filter(value => typeof value?.type === 'string')
