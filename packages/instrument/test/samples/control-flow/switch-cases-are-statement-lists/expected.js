function f(x) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("06278ff03ab4e054","444444"),$hB=$h.b,$hF=$hL[0]?$h.e1($hB+0,x):0;
  let y = 0;$hF&&$h.s($hF,$hB+1,y);
  switch (x) {
    case 1:
      y = 1;$hF&&$h.s($hF,$hB+2,y);
      var z = y;$hF&&$h.s($hF,$hB+3,z);
    case 2: { y += 2;;$hF&&$h.s($hF,$hB+4,y); break }
    default: y++;$hF&&$h.s($hF,$hB+5,y);
  }
  return$h.r($hF, [y, z]);
}
log(f(1), f(2), f(3))
