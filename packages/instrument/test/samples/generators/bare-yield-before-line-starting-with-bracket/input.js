function* g() {
  const x = yield
  [1, 2].forEach(y => log(y))
  yield
  (log('paren'))
  yield
  `template`
  return yield
}
log([...g()].length)
