var a = 1
let b = 2
function f() { return a + b }
f() + 1
