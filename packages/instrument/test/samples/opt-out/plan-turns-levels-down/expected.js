function off() { return count(1) }
function count(x) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("824788f6c6cdfe00","123"),$hB=$h.b,$hF=$hL[0]?$h.e($hB+0):0; return$h.r($hF, calls(x)); }
function calls(x) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("824788f6c6cdfe00","123"),$hB=$h.b,$hF=$hL[1]?$h.e($hB+1):0; return$h.r($hF, values(x, 'drop')); }
function values(keep, drop) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("824788f6c6cdfe00","123"),$hB=$h.b,$hF=$hL[2]?$h.e2($hB+2,keep,void 0):0; let y = keep; return$h.r($hF, y); }
log(off())
