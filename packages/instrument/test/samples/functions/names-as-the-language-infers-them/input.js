const a = function () {}, b = () => {}, c = class {}
let d
d = () => {}
const { e = () => {} } = {}
const o = { f: function () {}, g() {}, ['h' + 1]: () => {}, get i() { return 1 }, 'j k'() {} }
o.m = function () {}
log(a.name, b.name, c.name, d.name, e.name, o.f.name, o.g.name, o.h1.name, o.m.name, o.i, o['j k'].name)
log([function () {}, () => {}].map(x => x.name))
a(); b(); d(); e(); o.f(); o.g(); o.h1(); o.m(); o['j k']()
