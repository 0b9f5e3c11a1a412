async function load(id) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("587b7d80f4fef149","44444"),$hB=$h.b,$hF=$hL[0]?$h.ei($h.e($hL[0],1,id)):0;try{
  $hF&&$h.p($hF,$hB+1);const a = $h.w($hF,await$h.a($hF, id));;$hF&&$h.s($hF,$hB+2,a);
  $hF&&$h.p($hF,$hB+3);return$h.r($hF,$h.o($hF,$hB+4, a + ($h.w($hF,await$h.a($hF, Promise.resolve(1)))),a,id));
}catch($hE){throw $h.x($hF,$hE)}}
load(1).then(log)
log(load.name, load.length)
