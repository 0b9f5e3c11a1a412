/** A position in a query's tokens. */
import type { Literal } from './ast.ts'
import { syntaxError } from './syntax-error.ts'
import type { QuerySyntaxError } from './syntax-error.ts'
import { tokenize } from './tokens.ts'
import type { Token } from './tokens.ts'

const OPERATORS = ['=', '!=', '<', '<=', '>', '>=', '~']

export class TokenReader {
  private readonly text: string
  private readonly tokens: readonly Token[]
  private at = 0

  constructor(text: string) {
    this.text = text
    this.tokens = tokenize(text)
  }

  get token(): Token {
    return this.tokens[this.at] as Token // SAFE: `next` stays at the last token, which is `end`
  }

  get isEnd(): boolean {
    return this.token.type === 'end'
  }

  get word(): string | undefined {
    const { token } = this
    return token.type === 'word' ? token.text : undefined
  }

  get literal(): Literal | undefined {
    const { token } = this
    return token.type === 'literal' ? token.value : undefined
  }

  get isOperator(): boolean {
    const { token } = this
    return token.type === 'symbol' && OPERATORS.includes(token.text)
  }

  next(): void {
    if (!this.isEnd) this.at++
  }

  /** Keywords may be written in any case. */
  isWord(word: string): boolean {
    return this.word?.toLowerCase() === word
  }

  isSymbol(symbol: string): boolean {
    const { token } = this
    return token.type === 'symbol' && token.text === symbol
  }

  /** The symbol follows the token before it without a blank: `args[0]`. */
  isJoined(symbol: string): boolean {
    const before = this.tokens[this.at - 1]
    return this.isSymbol(symbol) && before !== undefined && before.offset + before.length === this.token.offset
  }

  takeWord(word: string): boolean {
    const isHere = this.isWord(word)
    if (isHere) this.next()
    return isHere
  }

  takeSymbol(symbol: string): boolean {
    const isHere = this.isSymbol(symbol)
    if (isHere) this.next()
    return isHere
  }

  needSymbol(symbol: string): void {
    if (!this.takeSymbol(symbol)) throw this.expected(`"${symbol}"`)
  }

  /** The fault of the token here. `known`: words of which it may be a misspelling. */
  expected(what: string, known: readonly string[] = []): QuerySyntaxError {
    return this.expectedAt(this.token, what, this.token.type === 'word' ? known : [])
  }

  /** The fault of what was read from `start` to here. */
  expectedAt(start: Token, what: string, known: readonly string[] = []): QuerySyntaxError {
    const last = start === this.token ? start : (this.tokens[this.at - 1] ?? start)
    return syntaxError(this.text, { offset: start.offset, length: last.offset + last.length - start.offset }, what, known)
  }
}
