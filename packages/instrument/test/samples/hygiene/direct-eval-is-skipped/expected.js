function f(code) { var local = 1; return eval(code) }
function g(code) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("06182bfca672f3d2","444"),$hB=$h.b,$hF=$hL[0]?$h.e($hL[0],1,code):0; $hF&&$h.p($hF,$hB+1);return$h.r($hF,$h.o($hF,$hB+2, (0, eval)(code),code)); }
const h = code => (eval)(code)
log(f('local + 1'), g('typeof local'), h('code.length'))
