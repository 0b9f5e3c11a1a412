function f(x) {
  if (x) throw log(1), new Error('s')
  throw (
    // why
    new Error('p')
  )
}
for (const x of [true, false]) try { f(x) } catch (e) { log(e) }
