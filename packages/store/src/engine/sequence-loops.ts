/**
 * Arrows that come several times after one another are told once. Looked for from the front: of all lengths of what repeats the one that
 * covers most, of equals the shortest; behind it the search goes on. Loops within loops stay as they are.
 */

export interface Loop {
  /** Index among the arrows that are told. */
  readonly at: number
  readonly arrows: number
  readonly times: number
}

export interface FoldedArrows {
  /** Indices of the arrows that are told. */
  readonly told: Uint32Array
  readonly loops: readonly Loop[]
}

const LONGEST = 12

export function foldLoops(length: number, isSame: (a: number, b: number) => boolean): FoldedArrows {
  const told = new Uint32Array(length)
  const loops: Loop[] = []
  let count = 0
  for (let arrow = 0; arrow < length;) {
    const { arrows, times } = longestLoop(arrow, length, isSame)
    if (times > 1) loops.push({ at: count, arrows, times })
    for (let i = 0; i < arrows; i++) told[count++] = arrow + i
    arrow += arrows * times
  }
  return { told: told.slice(0, count), loops }
}

function longestLoop(start: number, length: number, isSame: (a: number, b: number) => boolean): { arrows: number; times: number } {
  let best = { arrows: 1, times: 1 }
  for (let arrows = 1; arrows <= LONGEST && start + 2 * arrows <= length; arrows++) {
    let end = start + arrows
    while (end < length && isSame(end, end - arrows)) end++
    const times = Math.floor((end - start) / arrows)
    if (times > 1 && arrows * times > best.arrows * (best.times > 1 ? best.times : 0)) best = { arrows, times }
  }
  return best
}
