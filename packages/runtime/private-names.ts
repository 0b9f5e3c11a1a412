/**
 * Which properties nobody outside the recorder can see, so that the build may give them short names: a minifier keeps property names.
 *
 * A name is private when our sources declare it and nothing else can mean it. It is not
 * - a name of the language, the platform or Node;
 * - a name of the protocol's types and tables: those travel as JSON, or are the hook, which copies of other versions read;
 * - reachable from what the page's entries export;
 * - a string literal anywhere, or a key of an object literal whose type does not say where it goes (fields of events);
 * - a name of a type that leaves or enters by other ways: an argument of JSON.stringify, postMessage and their like, or the target of a
 *   cast from something unknown (`JSON.parse(text) as T`).
 *
 * A name is private everywhere or nowhere, so structural types stay compatible.
 */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'

/** Modules whose exports other people's code, or a copy of another version, sees. */
const PUBLIC = /\/runtime\/src\/(start-browser|hook|hook-object)\.ts$/
/** Calls that hand values to somebody who knows no short names. */
const HANDING_OUT: ReadonlySet<string> = new Set(['stringify', 'postMessage', 'structuredClone', 'put', 'add', 'entries', 'keys', 'fromEntries'])

export function privateNames(program: ts.Program, files: readonly ts.SourceFile[]): Set<string> {
  return new Collection(program, files).names()
}

class Collection {
  private readonly declared = new Set<string>()
  private readonly kept = new Set(['constructor', 'prototype', '__proto__'])
  private readonly seen = new Set<ts.Type>()
  private readonly program: ts.Program
  private readonly checker: ts.TypeChecker
  private readonly files: ReadonlySet<ts.SourceFile>

  constructor(program: ts.Program, files: readonly ts.SourceFile[]) {
    this.program = program
    this.checker = program.getTypeChecker()
    this.files = new Set(files)
  }

  names(): Set<string> {
    for (const file of this.program.getSourceFiles()) {
      if (this.files.has(file)) this.collect(file, file.fileName.includes('/protocol/src/'))
      else this.keepAll(file)
    }
    const worker = join(dirname(ts.getDefaultLibFilePath({})), 'lib.webworker.d.ts')
    this.keepAll(ts.createSourceFile(worker, readFileSync(worker, 'utf8'), ts.ScriptTarget.ES2022))
    this.keepExports()
    return new Set([...this.declared].filter(name => !this.kept.has(name)).sort())
  }

  /** Every name that a library gives anything. */
  private keepAll(node: ts.Node): void {
    const name = nameOf(node)
    if (name !== undefined) this.kept.add(name)
    ts.forEachChild(node, child => this.keepAll(child))
  }

  private collect(node: ts.Node, isProtocol: boolean): void {
    const name = nameOf(node)
    if (name !== undefined && ts.isClassElement(node)) this.declared.add(name)
    else if (name !== undefined && ts.isTypeElement(node)) (isProtocol ? this.kept : this.declared).add(name)
    else if (name !== undefined && ts.isObjectLiteralElement(node)) {
      const isTyped = !isProtocol && this.isTyped(node.parent as ts.ObjectLiteralExpression, name) // SAFE: only literals have such elements
      ;(isTyped ? this.declared : this.kept).add(name)
    } else if (ts.isStringLiteralLike(node)) this.kept.add(node.text)
    else if (ts.isCallExpression(node)) this.keepHandedOut(node)
    else if (ts.isAsExpression(node) && isUnknown(this.checker.getTypeAtLocation(node.expression))) this.keep(this.checker.getTypeAtLocation(node))
    ts.forEachChild(node, child => this.collect(child, isProtocol))
  }

  private keepHandedOut(call: ts.CallExpression): void {
    const callee = call.expression
    const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : ts.isIdentifier(callee) ? callee.text : ''
    if (!HANDING_OUT.has(name)) return
    for (const argument of call.arguments) this.keep(this.checker.getTypeAtLocation(argument))
  }

  /** Whether the place that the literal goes to declares this key. */
  private isTyped(literal: ts.ObjectLiteralExpression, key: string): boolean {
    const type = this.checker.getContextualType(literal)
    return type !== undefined && this.checker.getPropertyOfType(this.checker.getNonNullableType(type), key) !== undefined
  }

  private keepExports(): void {
    for (const file of this.files) {
      const module = PUBLIC.test(file.fileName) ? this.checker.getSymbolAtLocation(file) : undefined
      for (const symbol of module ? this.checker.getExportsOfModule(module) : []) {
        const actual = (symbol.flags & ts.SymbolFlags.Alias) !== 0 ? this.checker.getAliasedSymbol(symbol) : symbol
        if ((actual.flags & ts.SymbolFlags.Type) !== 0) this.keep(this.checker.getDeclaredTypeOfSymbol(actual))
        if ((actual.flags & ts.SymbolFlags.Value) !== 0) this.keep(this.checker.getTypeOfSymbol(actual))
      }
    }
  }

  /** Members of a type that we declare, and of the types of those. */
  private keep(type: ts.Type): void {
    if (this.seen.has(type)) return
    this.seen.add(type)
    if (type.isUnionOrIntersection()) for (const part of type.types) this.keep(part)
    for (const argument of [...(type.aliasTypeArguments ?? []), ...this.checker.getTypeArguments(type as ts.TypeReference)]) this.keep(argument) // SAFE: no arguments for types that are no references
    for (const signature of [...type.getCallSignatures(), ...type.getConstructSignatures()]) {
      for (const parameter of signature.getParameters()) this.keep(this.checker.getTypeOfSymbol(parameter))
      this.keep(signature.getReturnType())
    }
    for (const property of type.getProperties()) {
      const declaration = property.declarations?.[0]
      if (declaration === undefined || !this.files.has(declaration.getSourceFile())) continue
      if ((ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Private) !== 0) continue
      this.kept.add(property.name)
      this.keep(this.checker.getTypeOfSymbol(property))
    }
  }
}

function nameOf(node: ts.Node): string | undefined {
  const { name } = node as { readonly name?: ts.Node }
  return name !== undefined && (ts.isIdentifier(name) || ts.isStringLiteral(name)) ? name.text : undefined
}

const isUnknown = (type: ts.Type): boolean => (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.NonPrimitive)) !== 0
