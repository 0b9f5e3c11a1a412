async function f(x) {
  await x++
  (log('next'), 0)
  await x--
  ;[x].forEach(y => log(y))
  const y = await x
  return y
}
f(1).then(log)
