function f(a) {
  return a /*   */}log(f(1))
