async function f(a) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("7fd72a4400b6ed36","44"),$hB=$h.b,$hF=$hL[0]?$h.e1($hB+0,a):0;try{
  return$h.r($hF, ( // opens
    ($h.w($hF,await$h.a($hF, a))) // value
    + 1
  )); // closes
}catch($hE){throw $h.x($hF,$hE)}}
function g() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("7fd72a4400b6ed36","44"),$hB=$h.b,$hF=$hL[1]?$h.e($hB+1):0;
  return$h.r($hF, /* pure */ /*#__PURE__*/ String(1)); // tail
}
f(1).then(log)
log(g())
