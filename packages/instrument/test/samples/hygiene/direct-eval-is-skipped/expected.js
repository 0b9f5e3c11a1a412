function f(code) { var local = 1; return eval(code) }
function g(code) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("54b89966d8d2afff","4"),$hB=$h.b,$hF=$hL[0]?$h.e1($hB+0,code):0; return$h.r($hF, (0, eval)(code)); }
const h = code => (eval)(code)
log(f('local + 1'), g('typeof local'), h('code.length'))
