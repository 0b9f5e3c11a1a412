"use strict"
async function f(x) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("d0e2b5b2cb606ba4","44"),$hB=$h.b,$hF=$hL[0]?$h.e1($hB+0,x):0;try{
  log(inner())
  $h.w($hF,await$h.a($hF, x));
  function inner() {var $hF=$hL[1]?$h.e($hB+1):0; return$h.r($hF, 1); }
  return$h.r($hF, inner() + 1);
}catch($hE){throw $h.x($hF,$hE)}}
f(0).then(log)
