import ts from 'typescript'
import { BROKEN, PROGRAMS } from './javascript-texts.mjs'

export const modules = { sys: Object.keys(ts).join(), createScanner: ts.createScanner, factory: ts.factory, Node: ts.objectAllocator }

const LIB =
  'interface Array<T> { length: number; [n: number]: T; map<U>(f: (x: T) => U): U[] } interface Boolean {} interface Function {} interface CallableFunction extends Function {} interface NewableFunction extends Function {} interface IArguments {} interface Number { toFixed(n?: number): string } interface Object {} interface RegExp {} interface String { length: number } interface Promise<T> { then<U>(f: (x: T) => U): Promise<U> } type Record<K extends string, T> = { [P in K]: T }'
const FILES = {
  '/lib.d.ts': LIB,
  '/shop.ts': `export enum Size { S = 1, M, L = S | M }
export abstract class Item<T extends { id: number }> { constructor(readonly value: T, protected size = Size.M) {} abstract price(): number; get id() { return this.value.id } }
export class Book extends Item<{ id: number; title: string }> { price() { return this.value.title.length } static of(title: string) { return new Book({ id: 1, title }) } }
export namespace Tax { export const rate = 0.2; export function add(n: number) { return n * (1 + rate) } }
export function isBook(x: unknown): x is Book { return x instanceof Book }
type Names<T> = { [K in keyof T as \`get\${string & K}\`]: () => T[K] }
export const names: Names<{ a: string }> = { geta: () => 'x' }`,
  '/main.ts': `import { Book, Tax, Size, isBook } from './shop'
const books = [Book.of('a'), Book.of('bb')]
const total: string = books.map(b => Tax.add(b.price()))
function overload(a: string): string; function overload(a: number): number; function overload(a: any) { return a }
overload(true); let never: never = 1; books[0].nosuch; isBook(1) && Size.S.toFixed(1, 2)
async function f() { const { x, ...rest } = await g(); for (const k of rest) yield k }`,
}

export async function run(log, { isFull }) {
  for (const target of isFull ? [ts.ScriptTarget.ES5, ts.ScriptTarget.ES2017, ts.ScriptTarget.ESNext] : [ts.ScriptTarget.ES5])
    for (const text of [...PROGRAMS.slice(0, isFull ? PROGRAMS.length : 8), FILES['/shop.ts'], ...BROKEN.slice(0, isFull ? BROKEN.length : 6)]) {
      log.attempt('transpile', () => {
        const { outputText, diagnostics, sourceMapText } = ts.transpileModule(text, {
          compilerOptions: { target, module: ts.ModuleKind.CommonJS, sourceMap: true },
          reportDiagnostics: true,
        })
        return [outputText, sourceMapText, diagnostics.map(({ code, start, messageText }) => [code, start, messageText])]
      })
    }
  const host = {
    ...ts.createCompilerHost({}),
    getSourceFile: (name, version) => (FILES[name] === undefined ? undefined : ts.createSourceFile(name, FILES[name], version, true)),
    fileExists: name => name in FILES,
    readFile: name => FILES[name],
    getDefaultLibFileName: () => '/lib.d.ts',
    getCurrentDirectory: () => '/',
    writeFile: (name, text) => log(name, text),
  }
  const program = ts.createProgram(
    ['/main.ts'],
    {
      strict: true,
      declaration: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
    },
    host,
  )
  log(
    ts.formatDiagnostics(ts.getPreEmitDiagnostics(program), {
      getCanonicalFileName: name => name,
      getCurrentDirectory: () => '/',
      getNewLine: () => '\n',
    }),
  )
  log.attempt('emit', () => program.emit().emitSkipped)
  const checker = program.getTypeChecker()
  const visit = node => {
    if (ts.isIdentifier(node)) log(node.text, checker.typeToString(checker.getTypeAtLocation(node)))
    ts.forEachChild(node, visit)
  }
  visit(program.getSourceFile('/shop.ts'))
  const { transformed } = ts.transform(ts.createSourceFile('x.ts', 'a + 1', 99), [
    context => root =>
      ts.visitEachChild(
        root,
        function walk(node) {
          return ts.isNumericLiteral(node) ? ts.factory.createNumericLiteral(2) : ts.visitEachChild(node, walk, context)
        },
        context,
      ),
  ])
  log(ts.createPrinter().printFile(transformed[0]))
  log.attempt('assertion', () => ts.Debug.assert(false, 'no'))
  log.attempt('fail', () => ts.Debug.assertNever({}))
  log.attempt('wrong', () => ts.createSourceFile('x.ts', undefined, 99))
}
