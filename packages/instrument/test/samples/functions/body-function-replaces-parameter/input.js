function f(a, b) {
  function a() {
    return b
  }
  return typeof a
}
log(f(1, 2))
