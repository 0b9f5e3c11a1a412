let reject
async function f() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("3b1da1ee3e470fc5","4444"),$hB=$h.b,$hF=$hL[0]?$h.e($hB+0):0;try{
  try {
    return$h.r($hF, new Promise((_, r) => {var $hF=$hL[1]?$h.e2($hB+1,_,r):0; reject = r;$hF&&$h.s($hF,$hB+2,reject); ;$hF&&$h.v($hF)}));
  } catch (e) {$hF&&$h.k($hF,e);
    log('must not catch')
  }
;$hF&&$h.v($hF)}catch($hE){throw $h.x($hF,$hE)}}
f().catch(e =>{var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("3b1da1ee3e470fc5","4444"),$hB=$h.b,$hF=$hL[3]?$h.e1($hB+3,e):0;return $h.r($hF, log('outside', e))})
reject(new Error('late'))
