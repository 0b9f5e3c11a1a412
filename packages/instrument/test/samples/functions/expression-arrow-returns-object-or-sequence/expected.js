const a = () =>{var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("743efbf09e7de5f7","44444"),$hB=$h.b,$hF=$hL[0]?$h.e($hL[0]):0,$hV;return($hV= ({ a: 1 }),$hF)?$h.r($hF,$hV):$hV} // object
const b = x =>{var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("743efbf09e7de5f7","44444"),$hB=$h.b,$hF=$hL[1]?$h.e($hL[1],1,x):0;return $h.r($hF,$h.o($hF,$hB+2, (log(x), x + 1),x))} /* sequence */
const c = (
  x, // trailing comma
) =>{var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("743efbf09e7de5f7","44444"),$hB=$h.b,$hF=$hL[3]?$h.e($hL[3],1,x):0;return $h.r($hF,$h.o($hF,$hB+4,
  // comment before the body
  x,x))}
log(a(), b(1), c(3), a.name, b.name, c.length)
