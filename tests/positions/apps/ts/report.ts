export const report = (...values: readonly unknown[]): void => console.log(values.map(value => JSON.stringify(value)).join(' '))
