/** Nothing here has an effect: a bundler drops what nobody imports, and so must it with us. */
export const LIMIT = 3
export const table = { limit: LIMIT, seen: new Map() }
export const made = /* @__PURE__ */ make(LIMIT || 1)
export class Box { static size = 2 }
export default (a, b) => a + b
function make(n) { return { n } }
