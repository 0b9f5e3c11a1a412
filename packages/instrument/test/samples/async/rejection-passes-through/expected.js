async function fail(x) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("df57607a3b28b8c3","44444444444444"),$hB=$h.b,$hF=$hL[0]?$h.ei($h.e($hL[0],1,x)):0;try{
  $hF&&$h.p($hF,$hB+1);$h.w($hF,await$h.a($hF, null));
  $hF&&$h.p($hF,$hB+2);throw$h.t($hF,$h.o($hF,$hB+3, new TypeError('no ' + x),x));
}catch($hE){throw $h.x($hF,$hE)}}
const arrow = async x =>{var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("df57607a3b28b8c3","44444444444444"),$hB=$h.b,$hF=$hL[4]?$h.ei($h.e($hL[4],1,x)):0;try{return $h.r($hF,$h.o($hF,$hB+5, $h.w($hF,await$h.a($hF, fail(x))),x))}catch($hE){throw $h.x($hF,$hE)}}
async function caught() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("df57607a3b28b8c3","44444444444444"),$hB=$h.b,$hF=$hL[6]?$h.ei($h.e($hL[6])):0;try{
  try {
    $hF&&$h.p($hF,$hB+7);$h.w($hF,await$h.a($hF, arrow(1)));
  } catch (e) {$hF&&$h.k($hF,e);$hF&&$h.s($hF,$hB+8,e);
    $hF&&$h.p($hF,$hB+9);return$h.r($hF,$h.o($hF,$hB+10, e,e));
  } finally {$hF&&$h.l($hF);
    $hF&&$h.p($hF,$hB+11);log('finally')
  }
;$hF&&$h.v($hF)}catch($hE){throw $h.x($hF,$hE)}}
caught().then(log)
arrow(2).catch(e =>{var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("df57607a3b28b8c3","44444444444444"),$hB=$h.b,$hF=$hL[12]?$h.e($hL[12],1,e):0;return $h.r($hF,$h.o($hF,$hB+13, log(e.message),e))})
