async function f(x) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("95ea63feec481f6b","4444444444444"),$hB=$h.b,$hF=$hL[0]?$h.ei($h.e($hL[0],1,x)):0;try{
  $hF&&$h.p($hF,$hB+1);$h.w($hF,await$h.a($hF, $h.u($hF,$hB+2,x++,x)));
  $hF&&$h.p($hF,$hB+3);(log('next'), 0)
  $hF&&$h.p($hF,$hB+4);$h.w($hF,await$h.a($hF, $h.u($hF,$hB+5,x--,x)))
  ;$hF&&$h.p($hF,$hB+6);[x].forEach(y =>{var $hF=$hL[11]?$h.e($hL[11],1,y):0;return $h.r($hF,$h.o($hF,$hB+12, log(y),y))})
  $hF&&$h.p($hF,$hB+7);const y = $h.w($hF,await$h.a($hF, x));;$hF&&$h.s($hF,$hB+8,y);
  $hF&&$h.p($hF,$hB+9);return$h.r($hF,$h.o($hF,$hB+10, y,y,x));
}catch($hE){throw $h.x($hF,$hE)}}
f(1).then(log)
