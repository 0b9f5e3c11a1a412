function f(a, b) {
  let x = 1
  x++
  ;(b)
  a = () => x
  ;[1].forEach(log)
  x = a
  b = x++
  /1/g.test('1')
  x
  ++b
  const fn = function () { return 'fn' }
  log(fn())
  if (a) x = 1
  else x = 2
  do x--
  while (x > 0) log(x)
  for (;;) if (x) break; else x = 3
  while (x) if (x--) continue
  else break
  label: x = 7
  var g = async () => {}
  g()
  return (
    x
  )
}
log(f(1, 2))
var last = x => x++
log(last(1))
