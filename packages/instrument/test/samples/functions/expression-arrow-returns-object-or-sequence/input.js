const a = () => ({ a: 1 }) // object
const b = x => (log(x), x + 1) /* sequence */
const c = (
  x, // trailing comma
) =>
  // comment before the body
  x
log(a(), b(1), c(3), a.name, b.name, c.length)
