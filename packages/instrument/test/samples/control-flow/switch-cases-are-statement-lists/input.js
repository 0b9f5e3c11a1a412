function f(x) {
  let y = 0
  switch (x) {
    case 1:
      y = 1
      var z = y
    case 2: { y += 2; break }
    default: y++
  }
  return [y, z]
}
log(f(1), f(2), f(3))
