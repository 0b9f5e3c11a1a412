async function f(source) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("36a90b88ddc7a78d","44444444444444444"),$hB=$h.b,$hF=$hL[0]?$h.ei($h.e($hL[0],1,source)):0,$hI0;$hF&&$h.i($hF);try{
  $hF&&$h.p($hF,$hB+1);let total = 0;$hF&&$h.s($hF,$hB+2,total);
  $hI0=0;$hF&&$h.p($hF,$hB+3);for await (const x of source) {$hF&&$h.w($hF);{$hF&&$h.j($hF,$hB+4,$hI0++);$hF&&$h.s($hF,$hB+5,x);{$hF&&$h.p($hF,$hB+6);$h.u($hF,$hB+7,total += x);}}}$hF&&$h.l($hF);
  $hI0=0;$hF&&$h.p($hF,$hB+8);for await (const y of [Promise.resolve(4)]) {$hF&&$h.w($hF);$hF&&$h.j($hF,$hB+9,$hI0++);$hF&&$h.s($hF,$hB+10,y); $hF&&$h.p($hF,$hB+11);log(y) }$hF&&$h.l($hF);
  $hF&&$h.p($hF,$hB+12);return$h.r($hF,$h.o($hF,$hB+13, total,total,source));
}catch($hE){throw $h.x($hF,$hE)}}
async function* numbers() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("36a90b88ddc7a78d","44444444444444444"),$hB=$h.b,$hF=$hL[14]?$h.ei($h.e($hL[14])):0;try{ $hF&&$h.p($hF,$hB+15);$h.n($hF,yield$h.y($hF, 1)); $hF&&$h.p($hF,$hB+16);$h.n($hF,yield$h.y($hF, 2)); ;$hF&&$h.v($hF)}catch($hE){throw $h.x($hF,$hE)}finally{$hF&&$h.g($hF)}}
f(numbers()).then(log)
