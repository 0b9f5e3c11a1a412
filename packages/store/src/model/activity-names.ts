/** The activities of each track in order, with a number for names that are alike: what repeats has one number. */
import { IndexList } from './columns.ts'
import { nameOfCall } from './describe.ts'
import type { Track } from './track.ts'

/** Identifiers, quoted texts and numbers, but not the digits of `v2` or `e4`. */
const DIFFERENT = /'[^']*'|"[^"]*"|\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b|\b(?=[a-f]*\d)[\da-f]{8,}\b|(?<![\p{L}_])\d+(?:\.\d+)?/gu

/** `GET /items/7?page=2` and `GET /items/12?page=3`, `select … id = 7` and `select … id = 12` are one name. */
export const alikeName = (name: string): string => name.replace(DIFFERENT, '?')

export class ActivityNames {
  /** Indices into the track's call table. */
  readonly calls: IndexList = new IndexList()
  /** By position in `calls`. */
  readonly alike: IndexList = new IndexList()
  private readonly numbers = new Map<string, number>()
  private readonly track: Track
  private indexed = 0

  constructor(track: Track) {
    this.track = track
  }

  update(): this {
    const { activity, length } = this.track.calls
    for (; this.indexed < length; this.indexed++) {
      if (activity[this.indexed] === 0) continue
      const name = alikeName(nameOfCall(this.track, this.indexed))
      let number = this.numbers.get(name)
      if (number === undefined) this.numbers.set(name, (number = this.numbers.size))
      this.calls.push(this.indexed)
      this.alike.push(number)
    }
    return this
  }
}

const indexes = new WeakMap<Track, ActivityNames>()

/** The track's index, up to date. */
export function activityNamesOf(track: Track): ActivityNames {
  let index = indexes.get(track)
  if (index === undefined) indexes.set(track, (index = new ActivityNames(track)))
  return index.update()
}
