function f(a) {
  let b
  if ((b = a)) b += 1
  ;(b) = b * 2
  b ||= 5
  b++
  const { c, d: [e] } = { c: b, d: [b] }
  let u
  var v, w = 1
  return [b, c, e, u, v, w]
}
log(f(1), f(0))
