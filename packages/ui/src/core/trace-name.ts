/** Which file a link is about: enough to ask for it again, and to tell another one of the same name. Text form: `cart.hscope~18230~9f3a01bc`. */
export interface TraceName {
  /** Names of several files are joined by ` + `. */
  readonly name: string
  readonly bytes: number
  /** CRC-32 of the bytes, 8 hex digits. */
  readonly content: string
}

const MAX_NAME = 200
const TRACE_NAME = /^(.+)~(\d{1,15})~([0-9a-f]{8})$/s

export const joinNames = (names: readonly string[]): string => names.join(' + ').slice(0, MAX_NAME)

export const formatTraceName = ({ name, bytes, content }: TraceName): string => `${name}~${bytes}~${content}`

export function tryParseTraceName(text: string): TraceName | undefined {
  const match = TRACE_NAME.exec(text)
  const [, name, bytes, content] = match ?? []
  if (name === undefined || content === undefined || name.length > MAX_NAME) return undefined
  return { name, bytes: Number(bytes), content }
}
