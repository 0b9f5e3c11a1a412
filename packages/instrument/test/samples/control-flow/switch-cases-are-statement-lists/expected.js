function f(x) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("464699cac4a6bf7f","444444444444444444"),$hB=$h.b,$hF=$hL[0]?$h.e($hL[0],1,x):0;
  $hF&&$h.p($hF,$hB+1);let y = 0;$hF&&$h.s($hF,$hB+2,y);
  $hF&&$h.p($hF,$hB+3);switch (x) {
    case 1:$hF&&$h.p($hF,$hB+4);
      $hF&&$h.p($hF,$hB+5);$h.u($hF,$hB+6,y = 1);
      $hF&&$h.p($hF,$hB+7);var z = y;$hF&&$h.s($hF,$hB+8,z);
    case 2:$hF&&$h.p($hF,$hB+9); { $hF&&$h.p($hF,$hB+10);$h.u($hF,$hB+11,y += 2); $hF&&$h.p($hF,$hB+12);break }
    default:$hF&&$h.p($hF,$hB+13); $hF&&$h.p($hF,$hB+14);$h.u($hF,$hB+15,y++,y);
  }
  $hF&&$h.p($hF,$hB+16);return$h.r($hF,$h.o($hF,$hB+17, [y, z],z,y,x));
}
log(f(1), f(2), f(3))
