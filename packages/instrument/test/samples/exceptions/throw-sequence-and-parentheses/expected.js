function f(x) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("babbf5609b10c526","4"),$hB=$h.b,$hF=$hL[0]?$h.e1($hB+0,x):0;
  if (x) throw$h.t($hF,( log(1), new Error('s')));
  throw$h.t($hF, (
    // why
    new Error('p')
  ));
}
for (const x of [true, false]) try { f(x) } catch (e) { log(e) }
