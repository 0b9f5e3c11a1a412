function w(x) {
  'worklet'
  return (() => x)()
}
function asm() { "use asm"; function f() {} return f }
log(w(1), typeof asm())
