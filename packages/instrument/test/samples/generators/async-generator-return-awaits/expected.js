async function* g(x) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("495c1ce11f5bcf49","4444444444444444444"),$hB=$h.b,$hF=$hL[0]?$h.ei($h.e($hL[0],1,x)):0;try{
  $hF&&$h.p($hF,$hB+1);const y = $h.n($hF,yield$h.y($hF, x));;$hF&&$h.s($hF,$hB+2,y);
  try { $hF&&$h.p($hF,$hB+3);$h.n($hF,yield$h.y($hF, Promise.resolve(y))); } finally {$hF&&$h.l($hF); $hF&&$h.p($hF,$hB+4);log('end') }
  $hF&&$h.p($hF,$hB+5);return$h.r($hF,$h.o($hF,$hB+6, Promise.resolve('never'),y,x));
}catch($hE){throw $h.x($hF,$hE)}finally{$hF&&$h.g($hF)}}
async function run() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("495c1ce11f5bcf49","4444444444444444444"),$hB=$h.b,$hF=$hL[7]?$h.ei($h.e($hL[7])):0;try{
  $hF&&$h.p($hF,$hB+8);const it = g(1);$hF&&$h.s($hF,$hB+9,it);
  $hF&&$h.p($hF,$hB+10);log($h.w($hF,await$h.a($hF, it.next())), $h.w($hF,await$h.a($hF, it.next(2))), $h.w($hF,await$h.a($hF, it.return(Promise.resolve(3)))), $h.w($hF,await$h.a($hF, it.next())))
  $hF&&$h.p($hF,$hB+11);const failing = (async function* () {var $hF=$hL[15]?$h.ei($h.e($hL[15])):0,$hV;try{ $hF&&$h.p($hF,$hB+16);return($hV= Promise.reject(new Error('r')),$hF)?$h.r($hF,$hV):$hV; }catch($hE){throw $h.x($hF,$hE)}finally{$hF&&$h.g($hF)}})();$hF&&$h.s($hF,$hB+12,failing);
  $hF&&$h.p($hF,$hB+13);void($h.w)($hF,await($h.a)($hF, failing.next().catch(e =>{var $hF=$hL[17]?$h.e($hL[17],1,e):0;return $h.r($hF,$h.o($hF,$hB+18, log(e.message),e))})));
;$hF&&$h.o($hF,$hB+14,0,failing,it);$hF&&$h.v($hF)}catch($hE){throw $h.x($hF,$hE)}}
run()
