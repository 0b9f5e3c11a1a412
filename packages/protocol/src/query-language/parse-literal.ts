/** Values to compare with, checked against the field that they are compared with. */
import type { CompareOperator, Field, Literal } from './ast.ts'
import { typeOf, wordsOf } from './fields.ts'
import type { TokenReader } from './token-reader.ts'

/** Throws `query-syntax` for a value that the field can never have. */
export function readLiteral(reader: TokenReader, field: Field, operator: CompareOperator): Literal {
  const isSearch = operator === '~'
  const literal = isSearch ? textHere(reader) : literalHere(reader, field, operator)
  if (literal === undefined) throw wrong(reader, field, operator)
  reader.next()
  return literal
}

function textHere({ literal }: TokenReader): Literal | undefined {
  return literal?.type === 'text' ? literal : undefined
}

function literalHere(reader: TokenReader, field: Field, operator: CompareOperator): Literal | undefined {
  const { literal } = reader
  switch (typeOf(field)) {
    case 'words': {
      const word = reader.word ?? (literal?.type === 'text' ? literal.value : '')
      return wordsOf(field).includes(word) ? { type: 'text', value: word } : undefined
    }
    case 'boolean': {
      const bare = bareWord(reader.word)
      return bare?.type === 'boolean' ? bare : undefined
    }
    case 'time':
      return literal?.type === 'time' || literal?.type === 'since' ? literal : undefined
    case 'any':
      if (literal === undefined) return isEquality(operator) ? bareWord(reader.word) : undefined
      return ['text', 'number', 'time'].includes(literal.type) ? literal : undefined
    case 'contains':
      return textHere(reader)
    default:
      return literal?.type === typeOf(field) ? literal : undefined
  }
}

function bareWord(word: string | undefined): Literal | undefined {
  if (word === 'true' || word === 'false') return { type: 'boolean', value: word === 'true' }
  return word === 'null' || word === 'undefined' ? { type: word } : undefined
}

const isEquality = (operator: CompareOperator): boolean => operator === '=' || operator === '!='

function wrong(reader: TokenReader, field: Field, operator: CompareOperator): Error {
  const quoted = reader.word === undefined ? 'a text in quotes' : `a text in quotes, "${reader.word.slice(0, 40)}" if that is meant`
  if (operator === '~') return reader.expected(quoted)
  switch (typeOf(field)) {
    case 'words':
      return reader.expectedAt(reader.token, `one of ${wordsOf(field).join(', ')}`, wordsOf(field))
    case 'text':
      return reader.expected(quoted)
    case 'number':
      return reader.expected('a number')
    case 'duration':
      return reader.expected('a duration with its unit, such as 5ms, 200us or 1.5s')
    case 'time':
      return reader.expected('a time such as 2026-01-31T12:00:00.5Z, or seconds after the session began, such as +1.5')
    case 'boolean':
      return reader.expected('true or false', ['true', 'false'])
    default:
      if (!isEquality(operator)) return reader.expected('a number, a text in quotes or a time: nothing else has an order')
      return reader.expected('a number, a text in quotes, a time, true, false, null or undefined', ['true', 'false', 'null', 'undefined'])
  }
}
