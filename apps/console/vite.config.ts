import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const server = 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react()],
  server: {
    proxy: {
      '/v1': { target: server, ws: true },
      '/openapi.json': server,
      '/docs/api': server,
    },
  },
  build: {
    target: 'es2023',
    // The editor and the charts are chunks of their own that few pages load; scripts/size.ts guards the first load.
    chunkSizeWarningLimit: 700,
    manifest: true,
  },
})
