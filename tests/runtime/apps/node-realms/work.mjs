/** The same function in every realm. */
export function work(place) {
  return `worked in ${place}`
}
