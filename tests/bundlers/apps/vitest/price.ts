export const price = (amount: number): number => amount * 2
