"use strict"
async function f(x) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("18698c2cb6521922","4444444"),$hB=$h.b,$hF=$hL[0]?$h.ei($h.e($hL[0],1,x)):0;try{
  $hF&&$h.p($hF,$hB+1);log(inner())
  $hF&&$h.p($hF,$hB+2);$h.w($hF,await$h.a($hF, x));
  function inner() {var $hF=$hL[5]?$h.e($hL[5]):0,$hV; $hF&&$h.p($hF,$hB+6);return($hV= 1,$hF)?$h.r($hF,$hV):$hV; }
  $hF&&$h.p($hF,$hB+3);return$h.r($hF,$h.o($hF,$hB+4, inner() + 1,x));
}catch($hE){throw $h.x($hF,$hE)}}
f(0).then(log)
