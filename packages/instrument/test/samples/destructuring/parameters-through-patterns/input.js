function f({ a, b: { c = () => 3, ...rest } = {} }, [d, , ...e] = [1, 2, 3]) {
  return [a, c(), rest, d, e]
}
log(f({ a: 1, b: { x: 2 } }), f.length)
log(f({ a: 2, b: { c: () => 4 } }, []))
