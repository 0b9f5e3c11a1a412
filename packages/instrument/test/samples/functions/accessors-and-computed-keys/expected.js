const key = { toString() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("54db4f01970d390e","44444444"),$hB=$h.b,$hF=$hL[0]?$h.e($hL[0]):0,$hV; $hF&&$h.p($hF,$hB+1);log('key'); $hF&&$h.p($hF,$hB+2);return($hV= 'k',$hF)?$h.r($hF,$hV):$hV; } }
const o = {
  get [key]() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("54db4f01970d390e","44444444"),$hB=$h.b,$hF=$hL[3]?$h.e($hL[3]):0,$hV; $hF&&$h.p($hF,$hB+4);return($hV= 1,$hF)?$h.r($hF,$hV):$hV; },
  set [key](v) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("54db4f01970d390e","44444444"),$hB=$h.b,$hF=$hL[5]?$h.e($hL[5],1,v):0; $hF&&$h.p($hF,$hB+6);log('set', v) ;$hF&&$h.o($hF,$hB+7,0,v);$hF&&$h.v($hF)},
}
o.k = 4
log(o.k, Object.getOwnPropertyDescriptor(o, 'k').get.name)
