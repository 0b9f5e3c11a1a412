function* inner() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("e1200846cc91bb07","444"),$hB=$h.b,$hF=$hL[0]?$h.e($hB+0):0;try{
  try {
    $h.n($hF,yield$h.y($hF, 1));
    $h.n($hF,yield$h.y($hF, 2));
  } finally {$hF&&$h.l($hF);
    log('cleanup')
  }
;$hF&&$h.v($hF)}finally{$hF&&$h.g($hF)}}
function* outer() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("e1200846cc91bb07","444"),$hB=$h.b,$hF=$hL[1]?$h.e($hB+1):0;try{
  const r = $h.n($hF,yield*$h.y($hF, inner()));;$hF&&$h.s($hF,$hB+2,r);
  $h.n($hF,yield /* all */ *[$h.y($hF, [r])]?.[0]);
;$hF&&$h.v($hF)}finally{$hF&&$h.g($hF)}}
for (const x of outer()) { log(x); if (x === 1) break }
log([...outer()])
