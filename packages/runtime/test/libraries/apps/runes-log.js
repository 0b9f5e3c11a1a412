export { log } from './steps.js'
export const set = {}
