async function f() {
  function inner() { return 1 }
  function inner() { return 2 }
  var inner2 = inner
  return inner2()
}
f().then(log)
