function* g() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("574e94225ac3b108","44444"),$hB=$h.b,$hF=$hL[0]?$h.ei($h.e($hL[0])):0;try{
  try { $hF&&$h.p($hF,$hB+1);$h.n($hF,yield$h.y($hF, 1)); } catch (e) {$hF&&$h.k($hF,e);$hF&&$h.s($hF,$hB+2,e); $hF&&$h.p($hF,$hB+3);$h.n($hF,yield$h.y($hF, 'caught ' + e)); }
  $hF&&$h.p($hF,$hB+4);throw$h.t($hF, new Error('own'));
}finally{$hF&&$h.g($hF)}}
const it = g()
it.next()
log(it.throw('x'))
try { it.next() } catch (e) { log(e) }
