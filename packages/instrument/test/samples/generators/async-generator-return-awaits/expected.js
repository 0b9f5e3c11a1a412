async function* g(x) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("f55b2938c1e9ac4a","4444444"),$hB=$h.b,$hF=$hL[0]?$h.e1($hB+0,x):0;try{
  const y = $h.n($hF,yield$h.y($hF, x));;$hF&&$h.s($hF,$hB+1,y);
  try { $h.n($hF,yield$h.y($hF, Promise.resolve(y))); } finally {$hF&&$h.l($hF); log('end') }
  return$h.r($hF, Promise.resolve('never'));
}catch($hE){throw $h.x($hF,$hE)}finally{$hF&&$h.g($hF)}}
async function run() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("f55b2938c1e9ac4a","4444444"),$hB=$h.b,$hF=$hL[2]?$h.e($hB+2):0;try{
  const it = g(1);$hF&&$h.s($hF,$hB+3,it);
  log($h.w($hF,await$h.a($hF, it.next())), $h.w($hF,await$h.a($hF, it.next(2))), $h.w($hF,await$h.a($hF, it.return(Promise.resolve(3)))), $h.w($hF,await$h.a($hF, it.next())))
  const failing = (async function* () {var $hF=$hL[5]?$h.e($hB+5):0;try{ return$h.r($hF, Promise.reject(new Error('r'))); }catch($hE){throw $h.x($hF,$hE)}finally{$hF&&$h.g($hF)}})();$hF&&$h.s($hF,$hB+4,failing);
  $h.w($hF,await$h.a($hF, failing.next().catch(e =>{var $hF=$hL[6]?$h.e1($hB+6,e):0;return $h.r($hF, log(e.message))})));
;$hF&&$h.v($hF)}catch($hE){throw $h.x($hF,$hE)}}
run()
