async function f(a) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("b0476a17078de6cc","44444"),$hB=$h.b,$hF=$hL[0]?$h.ei($h.e($hL[0],1,a)):0;try{
  $hF&&$h.p($hF,$hB+1);return$h.r($hF,$h.o($hF,$hB+2, ( // opens
    ($h.w($hF,await$h.a($hF, a))) // value
    + 1
  ),a)); // closes
}catch($hE){throw $h.x($hF,$hE)}}
function g() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("b0476a17078de6cc","44444"),$hB=$h.b,$hF=$hL[3]?$h.e($hL[3]):0,$hV;
  $hF&&$h.p($hF,$hB+4);return($hV= /* pure */ /*#__PURE__*/ String(1),$hF)?$h.r($hF,$hV):$hV; // tail
}
f(1).then(log)
log(g())
