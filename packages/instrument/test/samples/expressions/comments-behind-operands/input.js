async function f(a) {
  return ( // opens
    (await a) // value
    + 1
  ) // closes
}
function g() {
  return /* pure */ /*#__PURE__*/ String(1) // tail
}
f(1).then(log)
log(g())
