async function f(x) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("906ba062ac18eedf","4444444444444444444444"),$hB=$h.b,$hF=$hL[0]?$h.ei($h.e($hL[0],1,x)):0,$hI0;try{
  $hF&&$h.p($hF,$hB+1);const o = { [$h.w($hF,await$h.a($hF, 'k'))]: $h.w($hF,await$h.a($hF, 1)), ...($h.w($hF,await$h.a($hF, { z: 1 }))) };$hF&&$h.s($hF,$hB+2,o);
  $hF&&$h.p($hF,$hB+3);const t = `${$h.w($hF,await$h.a($hF, x))} ${($h.w($hF,await$h.a($hF, o)))?.k}`;$hF&&$h.s($hF,$hB+4,t);
  $hF&&$h.p($hF,$hB+5);const [a = $h.w($hF,await$h.a($hF, 5))] = [];$hF&&$h.s($hF,$hB+6,a);
  $hF&&$h.p($hF,$hB+7);log(t, -($h.w($hF,await$h.a($hF, 1))), typeof $h.w($hF,await$h.a($hF, x)), $h.c($hF,$hB+8,$h.w($hF,await$h.a($hF, x))) || $h.w($hF,await$h.a($hF, 2)), [$h.w($hF,await$h.a($hF, 3)), ...($h?.w($hF,await$h.a($hF, [4])))], new ($h?.w($hF,await$h.a($hF, Array)))(2).length)
  $hI0=0;$hF&&$h.p($hF,$hB+9);for (let i = $h.u($hF,$hB+10,$h.w($hF,await$h.a($hF, 0))); $h.c($hF,$hB+11,i < $h.w($hF,await$h.a($hF, 2))); $h.u($hF,$hB+12,i += $h.w($hF,await$h.a($hF, 1)))) {$hF&&$h.j($hF,$hB+13,$hI0++);{$hF&&$h.p($hF,$hB+14);log(i)}}
  $hF&&$h.p($hF,$hB+15);if ($h.c($hF,$hB+16,$h.w($hF,await$h.a($hF, false)))) {$hF&&$h.p($hF,$hB+17);log('no');} else {$hF&&$h.p($hF,$hB+18);$h.w($hF,await$h.a($hF, 0));}
  $hF&&$h.p($hF,$hB+19);return$h.r($hF,$h.o($hF,$hB+20, $h.c($hF,$hB+21,$h.w($hF,await$h.a($hF, x))) ? $h.w($hF,await$h.a($hF, a)) : $h.w($hF,await$h.a($hF, 0)),a,t,o,x));
}catch($hE){throw $h.x($hF,$hE)}}
f('x').then(log)
