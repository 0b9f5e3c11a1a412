const tag = (s, ...v) => s.raw.join('|') + v.join()
function f(o) {
  return tag`a${o?.b?.(1)}c\u{41}`
}
log(f({ b: x => x + 1 }), f(null))
