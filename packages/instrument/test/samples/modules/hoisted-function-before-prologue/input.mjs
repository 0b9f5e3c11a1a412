import { readFileSync } from 'node:fs'
log(typeof readFileSync, later())
export function later() { return 'hoisted' }
export default function () { return 1 }
export const arrow = () => 2
export { later as again }
arrow()
