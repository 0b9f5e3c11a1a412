var x = 'outer'
function f(a, b = () =>{var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("19fd2a99b6fd72be","444"),$hB=$h.b,$hF=$hL[2]?$h.e($hB+2):0;return $h.r($hF, a)}, c = b()) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("19fd2a99b6fd72be","444"),$hB=$h.b,$hF=$hL[0]?$h.e3($hB+0,a,b,c):0;
  var a
  log(a, c)
  a = 2;$hF&&$h.s($hF,$hB+1,a);
  return$h.r($hF, b());
}
log(f(1), f.length)
