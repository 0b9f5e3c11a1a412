import hindscope from 'hindscope/vite'

/** Vitest kills its workers: what is to be in a trace file is there before the last hook of a file ends (drain.ts). */
const plugin = hindscope({ flushMs: 10 })
delete plugin.configureServer

export default {
  plugins: [plugin],
  test: {
    include: ['*.check.ts'],
    setupFiles: ['./drain.ts'],
    projects: [
      { extends: true, test: { name: 'threads', pool: 'threads' } },
      { extends: true, test: { name: 'vm', pool: 'vmThreads' } },
      { extends: true, test: { name: 'document', pool: 'forks', environment: './document-environment.mjs' } },
    ],
  },
}
