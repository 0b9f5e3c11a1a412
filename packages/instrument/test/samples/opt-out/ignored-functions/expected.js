/* hindscope-ignore */
function a() { return b(() => 1) }
const b = f =>{var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("77b059e51bc0f8f4","444444"),$hB=$h.b,$hF=$hL[0]?$h.e($hL[0],1,f):0;return $h.r($hF,$h.o($hF,$hB+1, f(),f))}
// hindscope-ignore
const c = () => 2
class K {
  /* hindscope-ignore */ m() { return 3 }
  n() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("77b059e51bc0f8f4","444444"),$hB=$h.b,$hF=$hL[2]?$h.e($hL[2]):0,$hV; $hF&&$h.p($hF,$hB+3);return($hV= 4,$hF)?$h.r($hF,$hV):$hV; }
}
const o = {
  /* hindscope-ignore because it is hot */
  p() { return 5 },
  q: /* hindscope-ignore */ () => 6,
  r() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("77b059e51bc0f8f4","444444"),$hB=$h.b,$hF=$hL[4]?$h.e($hL[4]):0,$hV; $hF&&$h.p($hF,$hB+5);return($hV= 7,$hF)?$h.r($hF,$hV):$hV; },
}
log(a(), c(), new K().m(), new K().n(), o.p(), o.q(), o.r())
