function f() {
  return
  (function () {})()
}
function g(x) {
  if (x) return () => {}
  ;[1].forEach(log)
  return x
}
function h(x) { return x } /* none */ function i() { return h /* kept */ (1) }
log(f(), typeof g(1), g(0), i())
