/**
 * A grammar of programs that report everything they do. What it generates need not make sense, only parse: reading a name too early,
 * calling what is no function and iterating over what is no iterable are as telling as what works. No program runs for long: loops
 * ask `tick()`, and no function can reach itself by name.
 */
import fc from 'fast-check'
import {
  classExpressions,
  functionExpressions,
  parameterList,
  resolveBody,
  resolveLoop,
  resolveParams,
  resolveProgram,
} from './program-grammar-functions.ts'
import type { FunctionShape, Parts } from './program-grammar-functions.ts'

export type ProgramForm = 'script' | 'commonjs' | 'module'

const ATOMS = [
  'a',
  'b',
  'x1',
  'x2',
  'v1',
  'v2',
  'o1',
  'u',
  '1',
  '0',
  '"s"',
  'null',
  'undefined',
  'this',
  '`t`',
  '/r/g',
  '10n',
  '[]',
  '({}).p',
  '({})',
  'nowhere',
  'log("e")',
  'fail()',
  'iterable()',
  'iterable().x',
  'watched()',
  'proxy()',
  'thenable()',
  'resolved(1)',
  'rejected("no")',
  '@ARGS',
  '@ARGS[0]',
  '@NEWTARGET',
  '@SUPER.m',
  '@SUPER.m(1)',
  '@PRIVATE',
  '@PRIVATE++',
  'o1.p',
  'o1.p.q',
  'u.p',
  'x1++',
  '--v1',
  'typeof x3',
  'typeof nowhere',
  'delete o1.p',
  'a()',
  'u()',
  'o1.p()',
  'o1?.p()',
  'u?.p.q()',
  'new u',
  'u`x`',
  'tag`a${x1}b${a}`',
  '[...u]',
  '[...iterable()]',
  '@YIELD0',
  '@AWAIT 0',
  '@META',
]

/** Assignment targets: names, members, and patterns of both. */
const TARGETS = ['x1', 'v1', 'a', 'o1.p', 'watched().w', 'proxy()[x1]', 'missing', 'constant', '@PRIVATE', '@SUPER.s', '(x2)', 'u.p', '@ARGS[0]']
const PATTERNS = [
  '[x1, v1]',
  '{ p: x1, q: v1 }',
  '[x1 = log("d"), ...v1]',
  '{ p: o1.p = 3, ...v1 }',
  '[[x1], { x2 }]',
  '{ [log("key")]: x1 }',
  '[, x1]',
  '{ x1, x2 }',
  '[x1, watched().w]',
  '{ p: [x1, x2] = iterable() }',
  '[]',
  '{}',
  '{ x1 = u.p }',
]
const OPERATORS = ['+', '-', '*', '==', '===', '<', 'in', 'instanceof', '&&', '||', '??', ',', '&', '**', '>>>']
const ASSIGNMENTS = ['=', '=', '+=', '&&=', '||=', '??=', '**=']
const UNARY = ['!', '-', '+', '~', 'typeof ', 'void ', 'delete ', '@AWAIT ', '@AWAIT ', '@YIELD ', '@YIELD ', '@YIELD* ', '...']
const ENDS = [';', '\n', ';\n', ' // c\n', ' /* c */;', '/* c\n */', '\n;', ' ;;', '\n\n']
const LEXICAL = ['let', 'const', 'let', 'const', 'var']
const DECLARED = ['x1', 'x2', 'x3', 'x1', 'a']
const DECLARED_PATTERNS = [
  '[x1, x2]',
  '{ p: x1 }',
  '{ x1 = log("d"), ...x2 }',
  '[x1 = x2, x2]',
  '[x3 = () => x3]',
  '{ p: { q: x3 } }',
  '[, ...[x3]]',
  '{}',
  '[]',
]

function expressions(parts: Parts): fc.Arbitrary<string>[] {
  const { expression: e, statements: body } = parts
  const pair = fc.tuple(e, e)
  return [
    fc.tuple(e, fc.constantFrom(...OPERATORS), e).map(([x, operator, y]) => `(${x} ${operator} ${y})`),
    fc.tuple(fc.constantFrom(...UNARY), e).map(([operator, x]) => (operator === '...' ? `[...${x}]` : `(${operator}${x})`)),
    fc.tuple(e, e, e).map(([x, y, z]) => `(${x} ? ${y} : ${z})`),
    fc.tuple(fc.constantFrom(...TARGETS), fc.constantFrom(...ASSIGNMENTS), e).map(([target, operator, x]) => `(${target} ${operator} ${x})`),
    fc.tuple(fc.constantFrom(...PATTERNS), e).map(([pattern, x]) => `(${pattern} = ${x})`),
    fc
      .tuple(fc.constantFrom(...TARGETS), fc.constantFrom('(T++)', '(--T)', 'typeof T', '(T ??= () => {}).name'))
      .map(([t, how]) => how.replace('T', () => t)),
    pair.map(([x, y]) => `log(${x}, ${y})`),
    pair.map(([x, y]) => `(${x})(${y})`),
    pair.map(([x, y]) => `(${x}).p(...${y})`),
    pair.map(([x, y]) => `(${x})?.[${y}]?.()`),
    pair.map(([x, y]) => `new (${x})(${y})`),
    pair.map(([x, y]) => `(${x})[${y}]`),
    pair.map(([x, y]) => `({ p: ${x}, ...${y}, get g() { return 1 } })`),
    pair.map(([x, y]) => `({ [${x}]: () => {}, f: function () {}, ${'m'}(a) { return ${resolveBody(y, { method: true })} } })`),
    pair.map(([x, y]) => `[${x}, , ${y}].length`),
    pair.map(([x, y]) => `\`\${${x}}-\${${y}}\``),
    pair.map(([x, y]) => `tag\`\${${x}}-\${${y}}\``),
    e.map(x => `(${x})\`q\``),
    e.map(x => `(${x}).q.r`),
    e.map(x => `(\n/* c */ ${x} // c\n)`),
    fc.tuple(e, body).map(([x, s]) => `[1, 2].map((a, b) => {${resolveBody(s, { arrow: true })}\nreturn ${resolveBody(x, { arrow: true })} })`),
    e.map(x => `resolved(1).then(a => ${resolveBody(x, { arrow: true })}).then(tell0, tell0)`),
    functionExpressions(parts),
    functionExpressions(parts),
    classExpressions(parts),
  ]
}

/** `var` has names of its own: it could not stand beside a lexical declaration of the same name. */
const declare = (kind: string, target: string): string => `${kind} ${kind === 'var' ? target.replace(/\bx(?=\d)/g, 'v') : target}`

function simpleStatements(parts: Parts): fc.Arbitrary<string>[] {
  const { expression: e } = parts
  const end = fc.constantFrom(...ENDS)
  return [
    fc.tuple(e, end).map(([x, z]) => `log(${x})${z}`),
    fc.tuple(e, end).map(([x, z]) => `${/^(?:\{|function|class|async|let|\[)/.test(x) ? 'void ' : ''}${x}${z}`),
    fc.tuple(fc.constantFrom(...LEXICAL), fc.constantFrom(...DECLARED), e, end).map(([kind, n, x, z]) => `${declare(kind, n)} = ${x}${z}`),
    fc.tuple(fc.constantFrom(...LEXICAL), fc.constantFrom(...DECLARED_PATTERNS), e, end).map(([kind, p, x, z]) => `${declare(kind, p)} = ${x}${z}`),
    fc
      .tuple(fc.constantFrom(...LEXICAL), e, e)
      .map(([kind, x, y]) =>
        kind === 'var' ? `var v1 = ${x}, [v2] = ${y}, v3 = 1, g1 = () => v1\n` : `${kind} x1 = ${x}, [x2] = ${y}, x3 = 1, f1 = () => x1\n`,
      ),
    fc.tuple(fc.constantFrom(...TARGETS), fc.constantFrom(...ASSIGNMENTS), e, end).map(([t, o, x, z]) => `${t} ${o} ${x}${z}`),
    fc.tuple(e, end).map(([x, z]) => `throw ${x}${z}`),
    fc.tuple(e, end).map(([x, z]) => `@RETURN ${x}${z}`),
    fc.tuple(e, e, end).map(([x, y, z]) => `@RETURN ${x}, ${y}${z}`),
    fc.tuple(fc.constantFrom('@AWAIT', '@YIELD', '@YIELD*'), e, end).map(([word, x, z]) => `log("before")\n;${word} ${x}${z}`),
    fc
      .tuple(
        fc.constantFrom('let', 'const', 'var'),
        fc.constantFrom('[x1]', '{ x1 }', 'x1', '[x1, ...x2]'),
        fc.constantFrom('@AWAIT', '@YIELD'),
        e,
        end,
      )
      .map(([kind, pattern, word, x, z]) => `${declare(kind, pattern)} = ${word} ${x}${z}`),
    fc.constantFrom(
      '@RETURN0\n',
      '@RETURN0;',
      '@BREAK\n',
      '@BREAK;',
      '@CONTINUE;',
      '@CONTINUE\n',
      ';',
      'log(x1)\n',
      'log(x3)\n',
      '"use strict"\n',
      'var v1\n',
      'let x3\n',
    ),
    fc.constantFrom(
      'log(x1)\n;[1].map(log)\n',
      '@YIELD0\n;(log("p"))\n',
      'x1\n++v1\n',
      'log(a)\n`t`.p\n',
      'u\n/1/g\n',
      'debugger\n',
      '<!-- c\n',
      'ticks("t")\n',
      'log(@ARGS.length)\n',
    ),
  ]
}

function compoundStatements(parts: Parts): fc.Arbitrary<string>[] {
  const { expression: e, statements: body } = parts
  const loop = body.map(resolveLoop)
  const kind = fc.constantFrom(...LEXICAL)
  const label = (text: string): string => `l${text.length}`
  const params = parameterList(parts)
  const tryPart = fc.tuple(body, body, body)
  return [
    fc.tuple(e, body).map(([x, s]) => `if (${x}) {${s}}\n`),
    fc.tuple(e, body, body).map(([x, s, t]) => `if (${x}) {${s}} else {${t}}\n`),
    fc.tuple(e, e, e).map(([x, y, z]) => `if (${x}) log(${y})\nelse @RETURN ${z}\n`),
    tryPart.map(([s, t, r]) => `try {${s}} catch (x) { log(x);${t}} finally {${r}}\n`),
    tryPart.map(([s, t]) => `try {${s}} catch {${t}}\n`),
    body.map(s => `try {${s}} catch (x) { log(x) }\n`),
    e.map(x => `try { log(${x}) } catch (x) { log(x) }\n`),
    e.map(x => `try { x1 = ${x} } catch (x) { log(x) }\n`),
    tryPart.map(([s, t]) => `try {${s}} finally {${t}}\n`),
    tryPart.map(([s, t, r]) => `try { try {${s}} finally {${t}} } catch ({ message, name: x1 }) { log(message, x1);${r}}\n`),
    loop.map(s => `for (let i = 0; i < 2; i++) {${s}}\n`),
    fc.tuple(kind, e, loop).map(([k, x, s]) => `for (${declare(k, 'x5')} = ${x}, f5 = () => x1; tick(); log(f5())) {${s}}\n`),
    fc.tuple(kind, fc.constantFrom('x1', 'a', '[x1]', '{ x1 = 2 }', 'x3'), e, loop).map(([k, n, x, s]) => `for (${declare(k, n)} of ${x}) {${s}}\n`),
    fc.tuple(kind, loop).map(([k, s]) => `for (${declare(k, 'x1')} of iterable()) {${s}}\n`),
    fc.tuple(kind, loop).map(([k, s]) => `for (${declare(k, 'x1')} of [1, 2]) { later.push(() => x1); ${s}}\n`),
    fc.tuple(fc.constantFrom(...TARGETS, ...PATTERNS), loop).map(([t, s]) => `for (${t} of [[1], [2]]) {${s}}\n`),
    fc.tuple(kind, e, loop).map(([k, x, s]) => `for (${declare(k, 'x2')} in ${x}) {${s}}\n`),
    fc.tuple(e, loop).map(([x, s]) => `for (var v1 = ("p" in o1), v2 = 0; tick() && ${x};) {${s}}\n`),
    fc.tuple(e, loop).map(([x, s]) => `while (tick() && ${x}) {${s}}\n`),
    fc.tuple(e, loop).map(([x, s]) => `do {${s}} while (${x}, tick())\n`),
    fc.tuple(e, e).map(([x, y]) => `for (const x1 of ${x}) log(${y})\n`),
    fc.tuple(kind, e, loop).map(([k, x, s]) => `@FOR_AWAIT (${declare(k, 'x1')} of ${x}) {${s}}\n`),
    fc.tuple(e, loop).map(([x, s]) => `for (const x1 of @AWAIT ${x}) {${s}}\n`),
    fc.tuple(e, e, body, body).map(([x, y, s, t]) => {
      const arms = `case ${y}: ${s}\ncase 1: let x4 = x1; ${t}\nbreak; default: { log("default") }\ncase 2: log(x4)`
      return `switch (${x}) { ${arms.replaceAll('@BREAK', 'break')} }\n`
    }),
    body.map(s => `${label(s)}: {${s.replaceAll('@BREAK', `break ${label(s)}`)}}\n`),
    body.map(s => {
      const text = s.replaceAll('@BREAK', `break ${label(s)}`).replaceAll('@CONTINUE', `continue ${label(s)}`)
      return `${label(s)}: for (const x1 of iterable()) for (let x2 = 0; tick(); x2++) {${text}}\n`
    }),
    body.map(s => `{ log(typeof x4); ${s}; let x4 = 5; later.push(() => x4) }\n`),
    body.map(s => `{${s}}\n`),
    fc.tuple(params, body).map(([p, s]) => `function f1(${resolveParams(p, {})}) {${resolveBody(s, {})}}\nlog(f1.length, f1)\n`),
    fc.tuple(params, body).map(([p, s]) => `log(typeof f2);{ function f2(${resolveParams(p, {})}) {${resolveBody(s, {})}} log(f2(1, 2)) }\n`),
    body.map(s => `async function f3(a) {${resolveBody(s, { async: true })}}\n`),
    fc.tuple(params, body).map(([p, s]) => `tell((async function (${resolveParams(p, {})}) {${resolveBody(s, { async: true })}})(1))\n`),
    classExpressions(parts).map(text => `{ log(${text}) }\n`),
    e.map(x => `class C3 { static s = this; f = ${resolveBody(x, { element: true })} }\nlog(new C3().f)\n`),
  ]
}

const { statements } = fc.letrec<{ expression: string; statement: string; statements: string }>(tie => {
  const parts: Parts = { expression: tie('expression'), statements: tie('statements') }
  const options = { depthSize: 'medium', withCrossShrink: true, depthIdentifier: 'program' } as const
  return {
    expression: fc.oneof(options, { arbitrary: fc.constantFrom(...ATOMS), weight: 24 }, ...expressions(parts)),
    statement: fc.oneof(options, { arbitrary: fc.oneof(...simpleStatements(parts)), weight: 14 }, ...compoundStatements(parts), {
      arbitrary: fc.constant('ticks("s")\n'),
      weight: 1,
    }),
    statements: fc.array(tie('statement'), { maxLength: 5, depthIdentifier: 'program', size: 'medium' }).map(join),
  }
})

/** A list may declare a name once; what declares it again gets a block of its own. */
function join(list: readonly string[]): string {
  const seen = new Set(['a', 'b', 'c'])
  return list
    .map(text => {
      const head = /^(?:let|const|var|class|(?:async )?function) ([^=(]*?)(?: = |\(| \{|\n)/.exec(text)?.[1]
      const extra = text.includes('f1 = () => x1') ? ['x2', 'x3', 'f1'] : []
      const names = [...(head?.match(/[a-z]\w*/gi) ?? []), ...extra]
      const repeats = names.some(name => seen.has(name))
      for (const name of names) seen.add(name)
      return repeats ? `{${text}}\n` : text
    })
    .join('')
}

const OUTER = 'var v1 = 1, missing0; let x1 = 1, x2 = 2, o1 = { p: 3 }, u; const constant = 1\nvar a = "a", b = "b"\n'

const MAINS: readonly (readonly [head: string, shape: FunctionShape])[] = [
  ['function main', {}],
  ['async function main', { async: true }],
  ['function* main', { generator: true }],
  ['async function* main', { async: true, generator: true }],
]

/** `main` is called in several ways; the rest of the program stands at its top level. */
export const programs = (form: ProgramForm): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom('', '', '"use strict"\n', '// c\n"use strict";', '/* c */ "use client"\n'),
      fc.constantFrom(...MAINS),
      statements,
      fc.array(statements, { maxLength: 2 }),
    )
    .map(([prologue, [head, shape], body, top]) => {
      const guarded = top.map(text => `try {${resolveProgram(text, form === 'module')}} catch (x) { log("top", x) }\n`).join('')
      const main = `${head}(a, b, c) {\n${resolveBody(body, shape)}\n}\n`.replaceAll('@PRIVATE', 'this.hidden')
      const text = `${prologue}${OUTER}${main}${CALLS}${guarded}for (const each of later) try { log(each()) } catch (x) { log(x) }\n`
      return text.replaceAll('@META', form === 'module' ? 'import.meta' : 'parent')
    })

const CALLS =
  'try { log(use(main(1, "b"))) } catch (x) { log("main", x) }\ntry { log(use(main.call(parent))) } catch (x) { log("call", x) }\ntry { log(use(new main(2))) } catch (x) { log("new", x) }\n'
