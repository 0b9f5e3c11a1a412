async function f(x) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("bc8c16575c4af830","444"),$hB=$h.b,$hF=$hL[0]?$h.e1($hB+0,x):0;try{
  $h.w($hF,await$h.a($hF, x++));
  (log('next'), 0)
  $h.w($hF,await$h.a($hF, x--))
  ;[x].forEach(y =>{var $hF=$hL[2]?$h.e1($hB+2,y):0;return $h.r($hF, log(y))})
  const y = $h.w($hF,await$h.a($hF, x));;$hF&&$h.s($hF,$hB+1,y);
  return$h.r($hF, y);
}catch($hE){throw $h.x($hF,$hE)}}
f(1).then(log)
