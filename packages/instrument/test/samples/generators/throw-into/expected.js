function* g() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("14a0bfe67aadc4ea","4"),$hB=$h.b,$hF=$hL[0]?$h.e($hB+0):0;try{
  try { $h.n($hF,yield$h.y($hF, 1)); } catch (e) {$hF&&$h.k($hF,e); $h.n($hF,yield$h.y($hF, 'caught ' + e)); }
  throw$h.t($hF, new Error('own'));
}finally{$hF&&$h.g($hF)}}
const it = g()
it.next()
log(it.throw('x'))
try { it.next() } catch (e) { log(e) }
