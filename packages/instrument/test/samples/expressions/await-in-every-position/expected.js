async function f(x) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("604c74f64cec1a83","4444"),$hB=$h.b,$hF=$hL[0]?$h.e1($hB+0,x):0;try{
  const o = { [$h.w($hF,await$h.a($hF, 'k'))]: $h.w($hF,await$h.a($hF, 1)), ...($h.w($hF,await$h.a($hF, { z: 1 }))) };$hF&&$h.s($hF,$hB+1,o);
  const t = `${$h.w($hF,await$h.a($hF, x))} ${($h.w($hF,await$h.a($hF, o)))?.k}`;$hF&&$h.s($hF,$hB+2,t);
  const [a = $h.w($hF,await$h.a($hF, 5))] = [];$hF&&$h.s($hF,$hB+3,a);
  log(t, -($h.w($hF,await$h.a($hF, 1))), typeof $h.w($hF,await$h.a($hF, x)), $h.w($hF,await$h.a($hF, x)) || $h.w($hF,await$h.a($hF, 2)), [$h.w($hF,await$h.a($hF, 3)), ...($h?.w($hF,await$h.a($hF, [4])))], new ($h?.w($hF,await$h.a($hF, Array)))(2).length)
  for (let i = $h.w($hF,await$h.a($hF, 0)); i < $h.w($hF,await$h.a($hF, 2)); i += $h.w($hF,await$h.a($hF, 1))) log(i)
  if ($h.w($hF,await$h.a($hF, false))) log('no'); else $h.w($hF,await$h.a($hF, 0));
  return$h.r($hF, $h.w($hF,await$h.a($hF, x)) ? $h.w($hF,await$h.a($hF, a)) : $h.w($hF,await$h.a($hF, 0)));
}catch($hE){throw $h.x($hF,$hE)}}
f('x').then(log)
