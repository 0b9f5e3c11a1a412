function f() {
  var let = 1
  if (let) let
  var x = 5
  while (let--) let
  x
  for (;;) break
  do let
  while (false)
  log(let, x)
}
f()
