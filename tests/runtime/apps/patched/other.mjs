/** Shares nothing with main.mjs but what recording adds, which so gets a file of its own. */
export const other = () => 1
