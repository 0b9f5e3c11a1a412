let reject
async function f() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("a6a71736238c4858","4444444444"),$hB=$h.b,$hF=$hL[0]?$h.ei($h.e($hL[0])):0;try{
  try {
    $hF&&$h.p($hF,$hB+1);return($h.r)($hF, new Promise((_, r) => {var $hF=$hL[4]?$h.e($hL[4],2,_,r):0; $hF&&$h.p($hF,$hB+5);$h.u($hF,$hB+6,reject = r); ;$hF&&$h.o($hF,$hB+7,0,r,_);$hF&&$h.v($hF)}));
  } catch (e) {$hF&&$h.k($hF,e);$hF&&$h.s($hF,$hB+2,e);
    $hF&&$h.p($hF,$hB+3);log('must not catch')
  }
;$hF&&$h.v($hF)}catch($hE){throw $h.x($hF,$hE)}}
f().catch(e =>{var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("a6a71736238c4858","4444444444"),$hB=$h.b,$hF=$hL[8]?$h.e($hL[8],1,e):0;return $h.r($hF,$h.o($hF,$hB+9, log('outside', e),e))})
reject(new Error('late'))
