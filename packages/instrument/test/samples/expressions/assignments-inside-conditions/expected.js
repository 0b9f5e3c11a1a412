function f(a) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("2e2b567eb41af40a","444444444"),$hB=$h.b,$hF=$hL[0]?$h.e1($hB+0,a):0;
  let b;$hF&&$h.s($hF,$hB+1,b);
  if ((b = a)) b += 1
  ;(b) = b * 2;$hF&&$h.s($hF,$hB+2,b);
  b ||= 5;$hF&&$h.s($hF,$hB+3,b);
  b++;$hF&&$h.s($hF,$hB+4,b);
  const { c, d: [e] } = { c: b, d: [b] };$hF&&$h.s($hF,$hB+5,c);;$hF&&$h.s($hF,$hB+6,e);
  let u;$hF&&$h.s($hF,$hB+7,u);
  var v, w = 1;$hF&&$h.s($hF,$hB+8,w);
  return$h.r($hF, [b, c, e, u, v, w]);
}
log(f(1), f(0))
