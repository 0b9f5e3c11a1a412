function* inner() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("ddbeefeec020162e","444444444"),$hB=$h.b,$hF=$hL[0]?$h.ei($h.e($hL[0])):0;try{
  try {
    $hF&&$h.p($hF,$hB+1);$h.n($hF,yield$h.y($hF, 1));
    $hF&&$h.p($hF,$hB+2);$h.n($hF,yield$h.y($hF, 2));
  } finally {$hF&&$h.l($hF);
    $hF&&$h.p($hF,$hB+3);log('cleanup')
  }
;$hF&&$h.v($hF)}finally{$hF&&$h.g($hF)}}
function* outer() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("ddbeefeec020162e","444444444"),$hB=$h.b,$hF=$hL[4]?$h.ei($h.e($hL[4])):0;try{
  $hF&&$h.p($hF,$hB+5);const r = $h.n($hF,yield*$h.y($hF, inner()));;$hF&&$h.s($hF,$hB+6,r);
  $hF&&$h.p($hF,$hB+7);$h.n($hF,yield /* all */ *[$h.y($hF, [r])]?.[0]);
;$hF&&$h.o($hF,$hB+8,0,r);$hF&&$h.v($hF)}finally{$hF&&$h.g($hF)}}
for (const x of outer()) { log(x); if (x === 1) break }
log([...outer()])
