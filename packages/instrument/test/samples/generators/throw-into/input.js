function* g() {
  try { yield 1 } catch (e) { yield 'caught ' + e }
  throw new Error('own')
}
const it = g()
it.next()
log(it.throw('x'))
try { it.next() } catch (e) { log(e) }
