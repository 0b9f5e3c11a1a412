function off() { return count(1) }
function count(x) { return calls(x) }
function calls(x) { return values(x, 'drop') }
function values(keep, drop) { let y = keep; return y }
log(off())
