/** Strings of the chunk being written: each distinct text gets an index, and the table starts anew with every chunk. */
import { SafeMap } from './intrinsics.ts'

export class StringTable {
  texts: string[] = []
  /** UTF-16 units held, so that a chunk of many long texts is sealed before it grows without bound. */
  units = 0
  private readonly indexes = new SafeMap<string, number>()

  index(text: string): number {
    const known = this.indexes.get(text)
    if (known !== undefined) return known
    const index = this.texts.length
    this.texts[index] = text
    this.indexes.set(text, index)
    this.units += text.length
    return index
  }

  clear(): void {
    this.texts = []
    this.units = 0
    this.indexes.clear()
  }
}
