function f(n) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("2de660e30da6947a","4"),$hB=$h.b,$hF=$hL[0]?$h.e1($hB+0,n):0;
  if (n === 0) return$h.r($hF, 'zero');
  else if (n === 1) return$h.r($hF, 'one');
  else for (let i = 0; i < n; i++) if (i === 2) return$h.r($hF, i);
  do n--; while (n > 0)
  label: for (;;) { switch (n) { case 0: break label; default: return$h.r($hF, n); } }
  return$h.r($hF, n);
}
log(f(0), f(1), f(2), f(5))
