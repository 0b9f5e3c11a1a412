import * as prettier from 'prettier'
import { BROKEN, PROGRAMS } from './javascript-texts.mjs'
import { TEXTS } from './markdown-texts.mjs'

export const modules = { prettier }

const STYLES = ['a{b:c;d:e !important}@media (min-width:100px){.x>y~z{color:#FFF}}', ':root{--a: {b}; --c:calc( 1px+2px )}']
const TYPES = [
  'interface A<T extends keyof B = never>{ a?:string; readonly [k:string]:unknown; (x:number):void }',
  'enum E{A=1,B="x"} declare module "m"{export type U=A|B&C} abstract class D<T> implements I{constructor(private readonly x?:T){super()} declare y:string}',
  'type F<T>=T extends (infer U)[]?U:never; let x=<T,>(a:T)=>a satisfies unknown as const; function assertIsString(v:any): asserts v is string{}',
]

export async function run(log, { isFull }) {
  const variants = isFull
    ? [
        {},
        { semi: false, singleQuote: true, tabWidth: 4 },
        { printWidth: 40, trailingComma: 'none', bracketSpacing: false, arrowParens: 'avoid', useTabs: true },
      ]
    : [{ semi: false, printWidth: 60 }]
  for (const options of variants) {
    for (const text of PROGRAMS) await log.attempt('babel', () => prettier.format(text, { parser: 'babel', ...options }))
    for (const text of TYPES) await log.attempt('typescript', () => prettier.format(text, { parser: 'babel-ts', ...options }))
    for (const text of TEXTS.slice(0, isFull ? TEXTS.length : 6))
      await log.attempt('markdown', () => prettier.format(text, { parser: 'markdown', ...options }))
    for (const text of STYLES) await log.attempt('css', () => prettier.format(text, { parser: 'css', ...options }))
    await log.attempt('json', () => prettier.format('{"a":[1,2,{"b":null}],/* c */"d":"e"}', { parser: 'json', ...options }))
    await log.attempt('yaml', () => prettier.format('a:   1\nb:\n    - x\n    -   {y: z}\n', { parser: 'yaml', ...options }))
  }
  for (const text of BROKEN.slice(0, isFull ? BROKEN.length : 8)) await log.attempt('broken', () => prettier.format(text, { parser: 'babel' }))
  log(await prettier.check('a = 1;\n', { parser: 'babel' }), await prettier.formatWithCursor(' 1', { parser: 'babel', cursorOffset: 2 }))
  await log.attempt('no parser', () => prettier.format('a', {}))
  await log.attempt('bad option', () => prettier.format('a', { parser: 'babel', tabWidth: 'x' }))
  log((await prettier.getSupportInfo()).languages.map(({ name }) => name).join())
  const { builders, printer } = prettier.doc
  log(
    printer.printDocToString(builders.group(['a', builders.indent([builders.line, 'b']), builders.softline]), {
      printWidth: 2,
      tabWidth: 2,
      useTabs: false,
    }),
  )
}
