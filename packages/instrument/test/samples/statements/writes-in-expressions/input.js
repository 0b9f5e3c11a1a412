function f(p, list) {
  let a, b = 1, c = 2n
  a = b = p
  log(a += b, b -= 1, a++ + ++a, c++, --c)
  a ||= 5; b &&= 6; list ??= []
  let d = null; d ??= () => 1
  log(d.name, d());
  [a, b] = [b, a];
  ({ x: a, y: { z: b = 9 } = {}, ...d } = { x: 1, w: 2 })
  while ((p = p - 1) > 0) log('p', p)
  log(typeof (undeclared = 3), undeclared, ++undeclared, undeclared--)
  const later = () => { b = 'from a closure'; return b }
  later()
  var v = a, w
  class Later {}
  try { throw { code: 7 } } catch ({ code, ...rest }) { log(code, rest) }
  try { const fixed = 1; fixed = 2 } catch (error) { log(error.message) }
  try { early = 1; let early } catch (error) { log(error.message) }
  const self = function me() { me = 1; return typeof me }
  return [a, b, c, d, v, w, Later.name, self()].map(String).join()
}
log(f(3))
