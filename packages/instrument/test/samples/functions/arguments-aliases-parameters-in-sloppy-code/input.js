function f(a) {
  arguments[0] = 9
  return [a, arguments.length]
}
function g() {
  return arguments.length
}
function h() {
  return (() => arguments[0])()
}
log(f(1, 2), g(1, 2, 3), h(7), g.length)
