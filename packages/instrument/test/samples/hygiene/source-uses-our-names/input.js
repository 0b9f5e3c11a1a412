const $h = 1, $hF = 2, $h0 = 3
function f(\u0024h1) { return $h + $hF + $h0 + $h1 }
log(f(4))
