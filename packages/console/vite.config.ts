import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The server that `npm run dev` here takes the API from. */
const SERVER = "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  // (the server itself is asked for everything that is no page)
  server: { proxy: { "/v1": SERVER, "/sign-in-api": SERVER } },
  build: {
    target: "es2024",
    // A file of a stylesheet's own must not become a data: address, which the page may not load fonts from.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // What many pages share comes in few files: a hundred small ones cost more to ask for than to carry.
          groups: [
            { name: "shared", test: /node_modules/, minShareCount: 5 },
            { name: "ours", test: /packages.console.src/, minShareCount: 5 },
          ],
        },
      },
    },
  },
});
