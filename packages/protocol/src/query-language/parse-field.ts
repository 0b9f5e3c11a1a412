/** Fields and paths: `duration`, `args[0].user.id`, `result["a b"]`. */
import type { Field, PathRoot, PathStep } from './ast.ts'
import { fieldNames, isFieldName, isPathRoot } from './fields.ts'
import type { TokenReader } from './token-reader.ts'

const MAX_STEPS = 64

export const isFieldStart = ({ word = '' }: TokenReader): boolean => isFieldName(word) || isPathRoot(word)

/** `error` alone says whether the event is one; with a step behind it, it is the error's value. */
export function readField(reader: TokenReader): Field {
  const name = reader.word ?? ''
  if (!isFieldName(name) && !isPathRoot(name)) throw reader.expected('a field', fieldNames())
  reader.next()
  const hasStep = reader.isJoined('.') || reader.isJoined('[')
  if (isPathRoot(name) && (hasStep || !isFieldName(name))) return { kind: 'path', root: name, steps: readSteps(reader, name) }
  if (hasStep) throw reader.expected(`an operator: ${name} has no parts`)
  return { kind: 'field', name: name as Exclude<typeof name, Exclude<PathRoot, 'error'>> } // SAFE: roots that are no fields returned above
}

function readSteps(reader: TokenReader, root: PathRoot): readonly PathStep[] {
  const steps: PathStep[] = []
  for (;;) {
    if (steps.length > MAX_STEPS) throw reader.expected(`no more than ${MAX_STEPS} steps behind ${root}`)
    if (reader.isJoined('.')) steps.push(readName(reader))
    else if (reader.isJoined('[')) steps.push(readIndex(reader))
    else return steps
  }
}

/** Any word, keywords too. */
function readName(reader: TokenReader): string {
  reader.next()
  const { word } = reader
  if (word === undefined) throw reader.expected('a property name; other names are written ["…"]')
  reader.next()
  return word
}

function readIndex(reader: TokenReader): PathStep {
  reader.next()
  const { literal } = reader
  const step = literal?.type === 'text' || literal?.type === 'number' ? literal.value : undefined
  if (step === undefined || (typeof step === 'number' && (!Number.isSafeInteger(step) || step < 0 || Object.is(step, -0))))
    throw reader.expected('an index from 0 on or a name in quotes')
  reader.next()
  reader.needSymbol(']')
  return step
}
