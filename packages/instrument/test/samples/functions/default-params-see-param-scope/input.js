var x = 'outer'
function f(a, b = () => a, c = b()) {
  var a
  log(a, c)
  a = 2
  return b()
}
log(f(1), f.length)
