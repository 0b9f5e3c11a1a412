function* g(a) {
  const b = yield a
  const c = yield (b, b + 1)
  return [a, b, c]
}
const it = g(1)
log(it.next('ignored'), it.next(2), it.next(3), it.next())
const early = g(5)
early.next()
log(early.return('bye'), early.next(), g.constructor.name)
