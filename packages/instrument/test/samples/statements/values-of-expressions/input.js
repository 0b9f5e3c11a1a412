const attempt = run => { try { run() } catch (error) { log(error.message) } }
function f(o, list) {
  const sum = list.map(x => x * 2).filter(Boolean).length + o.a.b * -list[0]
  log(`${sum} and ${o.a?.b ?? 'none'}`, typeof o.a, !o.a, [...list, list.length], { k: o.a.b, ['c' + sum]: 1 })
  o.a.b += f.length
  ;({ x: o.a.c, y: [o.a.d] } = { x: 1, y: [2] })
  delete o.a.d
  o.method?.(o.password).deep?.[o.a.b]
  ;(o.a.b)
  for (o.k of list) new Map([[o.k, 1]]).get(o.k)
  attempt(() => { o.nothing.at.all() })
  attempt(() => { o.a.b() })
  return o.tag`x${o.a.b}`
}
log(f({ a: { b: 2 }, password: 'hidden', method() { return this.a }, tag: (s, ...v) => v.join() }, [3, 4]))
function quiet(o) { return o.a + 1 }
log(quiet({ a: 1 }))
