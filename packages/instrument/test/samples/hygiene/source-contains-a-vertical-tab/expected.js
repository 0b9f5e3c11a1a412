const tab = ''
function f() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("b0ca1a1fe14be951","4"),$hB=$h.b,$hF=$hL[0]?$h.e($hB+0):0; return$h.r($hF, tab.length); }
log(f())
