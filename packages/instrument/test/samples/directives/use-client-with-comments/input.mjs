// banner
'use client' /* inline */
export const f = () => typeof this
log(f())
