import { afterAll } from 'vitest'

afterAll(() => new Promise(resolve => setTimeout(resolve, 200)))
