export const a = 1
try { log(a) } catch {}
