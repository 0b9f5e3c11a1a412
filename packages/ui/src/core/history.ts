/**
 * Committed places, as an immutable line with a position. Our own, because inside an iframe the browser's history belongs to the
 * page around us; standalone it runs beside the browser's and the index in `history.state` keeps both together.
 */
const MAX_PLACES = 200

export interface PlaceHistory<T> {
  readonly places: readonly T[]
  readonly index: number
}

export const startHistory = <T>(place: T): PlaceHistory<T> => ({ places: [place], index: 0 })

/** A new place after the current one; what lay ahead is gone. */
export function pushPlace<T>(history: PlaceHistory<T>, place: T): PlaceHistory<T> {
  const places = [...history.places.slice(0, history.index + 1), place].slice(-MAX_PLACES)
  return { places, index: places.length - 1 }
}

export const replacePlace = <T>(history: PlaceHistory<T>, place: T): PlaceHistory<T> => ({
  ...history,
  places: history.places.with(history.index, place),
})

export const canWalk = <T>(history: PlaceHistory<T>, delta: number): boolean => history.places[history.index + delta] !== undefined

/** The same history when there is nothing in that direction. */
export const walkHistory = <T>(history: PlaceHistory<T>, delta: number): PlaceHistory<T> =>
  canWalk(history, delta) ? { ...history, index: history.index + delta } : history

export const currentPlace = <T>(history: PlaceHistory<T>): T => history.places[history.index] as T // SAFE: index is always inside
