/** Names by number: what a row is called and where its probe stands, and the paths of values. Each is written when it is first met. */
import type { TableWriter } from './duckdb.ts'

export interface Place {
  readonly name: string
  readonly functionName: string | undefined
  readonly file: string | undefined
  readonly line: number
  readonly column: number
}

/** DuckDB's strings come through C: what it cannot hold becomes U+FFFD, as half a surrogate pair does anyway. */
export const storable = (text: string): string => (text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text)

/** Numbers for keys, from a first one on: those of earlier loads are never used again. A row is written when a key is first met. */
abstract class Numbers {
  protected readonly writer: TableWriter
  protected readonly session: number
  private readonly numbers = new Map<string, number>()
  private next: number

  constructor(writer: TableWriter, session: number, first: number) {
    this.writer = writer
    this.session = session
    this.next = first
  }

  protected known(key: string, write: (number: number) => void): number {
    let number = this.numbers.get(key)
    if (number !== undefined) return number
    number = this.next++
    this.numbers.set(key, number)
    write(number)
    return number
  }
}

export class PlaceNumbers extends Numbers {
  numberOf({ name, functionName, file, line, column }: Place): number {
    const key = `${line}:${column}:${name.length}:${name}${functionName === undefined ? '-' : `+${functionName.length}:${functionName}`}${file ?? '\0'}`
    return this.known(key, number => {
      const { writer } = this
      writer.number(number).number(this.session).text(storable(name))
      writer.number(functionName === undefined ? 0 : 1).text(storable(functionName ?? ''))
      writer
        .number(file === undefined ? 0 : 1)
        .text(storable(file ?? ''))
        .number(line)
        .number(column)
        .end()
    })
  }
}

export class PathNumbers extends Numbers {
  numberOf(path: string): number {
    return this.known(path, number => this.writer.number(number).number(this.session).text(storable(path)).end())
  }
}
