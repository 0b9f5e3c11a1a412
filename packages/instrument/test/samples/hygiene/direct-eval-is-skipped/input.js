function f(code) { var local = 1; return eval(code) }
function g(code) { return (0, eval)(code) }
const h = code => (eval)(code)
log(f('local + 1'), g('typeof local'), h('code.length'))
