import { fileURLToPath } from 'node:url'
import { createRecorder } from '@hindscope/runtime'
import { runSampleSuite } from '@hindscope/testkit'
import { instrument, restore } from '@hindscope/instrument'

runSampleSuite(fileURLToPath(new URL('./samples/', import.meta.url)), { instrument, restore, createRecorder })
