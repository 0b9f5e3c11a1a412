const source = { get x() { log('get'); return 1 } }
function f({ x }) { return x }
const g = ({ x }, { y = x } = {}) => y
log(f(source), g(source))
