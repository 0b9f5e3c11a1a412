const $h = 1, $hF = 2, $h0 = 3
function f(\u0024h1) {var $h2=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$h2L=$h2.m("0eadb532a96e76b1","444"),$h2B=$h2.b,$h2F=$h2L[0]?$h2.e($h2L[0],1,$h1):0; $h2F&&$h2.p($h2F,$h2B+1);return$h2.r($h2F,$h2.o($h2F,$h2B+2, $h + $hF + $h0 + $h1,$h1)); }
log(f(4))
