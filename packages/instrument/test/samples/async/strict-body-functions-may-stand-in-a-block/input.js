"use strict"
async function f(x) {
  log(inner())
  await x
  function inner() { return 1 }
  return inner() + 1
}
f(0).then(log)
