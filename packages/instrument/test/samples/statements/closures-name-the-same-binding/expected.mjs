/*hindscope*/import{h as $h}from"@hindscope/runtime/hook";var $hL,$hB;function $hR(){$hL=$h.m("904d9feef3c09398","44444444444444444444444444444444444444444444444");$hB=$h.b;return $hL}var $hF=($hL===void 0?$hR():$hL)[0]?$h.ei($h.e($hL[0])):0,$hI0;$hF&&$h.p($hF,$hB+1);let shared = 0;$hF&&$h.s($hF,$hB+2,shared);
export function counter(start) {var $hF=($hL===void 0?$hR():$hL)[15]?$h.e($hL[15],1,start):0;
  $hF&&$h.p($hF,$hB+16);let n = start;$hF&&$h.s($hF,$hB+17,n);
  $hF&&$h.p($hF,$hB+18);const up = () => {var $hF=($hL===void 0?$hR():$hL)[22]?$h.e($hL[22]):0; $hF&&$h.p($hF,$hB+23);$h.u($hF,$hB+24,n++,n); $hF&&$h.p($hF,$hB+25);$h.u($hF,$hB+26,shared += 1); $hF&&$h.p($hF,$hB+27);return$h.r($hF, n); };$hF&&$h.s($hF,$hB+19,up);
  async function later() {var $hF=($hL===void 0?$hR():$hL)[28]?$h.ei($h.e($hL[28])):0,$hI0;try{ $hF&&$h.p($hF,$hB+29);$h.w($hF,await$h.a($hF, null)); $hF&&$h.p($hF,$hB+30);$h.u($hF,$hB+31,n = n * 2); $hI0=0;$hF&&$h.p($hF,$hB+32);for (let i = $h.u($hF,$hB+33,0); $h.c($hF,$hB+34,i < 2); $h.u($hF,$hB+35,i++,i)) {$hF&&$h.j($hF,$hB+36,$hI0++); $hF&&$h.p($hF,$hB+37);const j = i;;$hF&&$h.s($hF,$hB+38,j); $hF&&$h.p($hF,$hB+39);setTimeoutLike(() => {var $hF=($hL===void 0?$hR():$hL)[41]?$h.e($hL[41]):0; $hF&&$h.p($hF,$hB+42);$h.u($hF,$hB+43,shared = j); ;$hF&&$h.v($hF)}) } $hF&&$h.p($hF,$hB+40);return$h.r($hF, n); }catch($hE){throw $h.x($hF,$hE)}}
  $hF&&$h.p($hF,$hB+20);return$h.r($hF,$h.o($hF,$hB+21, { up, later },up,n,start));
}
$hF&&$h.p($hF,$hB+3);const queue = [];$hF&&$h.s($hF,$hB+4,queue);
function setTimeoutLike(task) {var $hF=($hL===void 0?$hR():$hL)[44]?$h.e($hL[44],1,task):0; $hF&&$h.p($hF,$hB+45);queue.push(task) ;$hF&&$h.o($hF,$hB+46,0,task);$hF&&$h.v($hF)}
$hF&&$h.p($hF,$hB+5);const { up, later } = counter(1);$hF&&$h.s($hF,$hB+6,up);$hF&&$h.s($hF,$hB+7,later);
$hF&&$h.p($hF,$hB+8);log(up(), up())
$hF&&$h.p($hF,$hB+9);log($h.w($hF,await$h.a($hF, later())), shared)
$hI0=0;$hF&&$h.p($hF,$hB+10);for (const task of queue) {$hF&&$h.j($hF,$hB+11,$hI0++);$hF&&$h.s($hF,$hB+12,task);{$hF&&$h.p($hF,$hB+13);task()}}
$hF&&$h.p($hF,$hB+14);log(shared);$hF&&$h.v($hF);
