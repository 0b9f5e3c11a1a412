import react from '@vitejs/plugin-react'
import hindscope from 'hindscope/vite'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [react(), hindscope()],
  server: { proxy: { '/api': `http://127.0.0.1:${process.env['TASKS_API_PORT'] ?? 8788}` } },
})
