async function fail(x) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("417b57b6167c40e9","4444"),$hB=$h.b,$hF=$hL[0]?$h.e1($hB+0,x):0;try{
  $h.w($hF,await$h.a($hF, null));
  throw$h.t($hF, new TypeError('no ' + x));
}catch($hE){throw $h.x($hF,$hE)}}
const arrow = async x =>{var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("417b57b6167c40e9","4444"),$hB=$h.b,$hF=$hL[1]?$h.e1($hB+1,x):0;try{return $h.r($hF, $h.w($hF,await$h.a($hF, fail(x))))}catch($hE){throw $h.x($hF,$hE)}}
async function caught() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("417b57b6167c40e9","4444"),$hB=$h.b,$hF=$hL[2]?$h.e($hB+2):0;try{
  try {
    $h.w($hF,await$h.a($hF, arrow(1)));
  } catch (e) {$hF&&$h.k($hF,e);
    return$h.r($hF, e);
  } finally {$hF&&$h.l($hF);
    log('finally')
  }
;$hF&&$h.v($hF)}catch($hE){throw $h.x($hF,$hE)}}
caught().then(log)
arrow(2).catch(e =>{var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("417b57b6167c40e9","4444"),$hB=$h.b,$hF=$hL[3]?$h.e1($hB+3,e):0;return $h.r($hF, log(e.message))})
