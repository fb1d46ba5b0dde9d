import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

/** Where Django runs during development; it answers everything that is not the storefront's own. */
const django = (globalThis as { process?: { env: Record<string, string | undefined> } }).process?.env.DJANGO_URL ?? "http://127.0.0.1:8000";

export default defineConfig(({ command }) => ({
  // Built files are served under Django's static files; the development server stands at the root.
  base: command === "build" ? "/static/storefront/" : "/",
  plugins: [vue()],
  define: {
    __VUE_OPTIONS_API__: "false",
    __VUE_PROD_DEVTOOLS__: "false",
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
  },
  build: {
    manifest: "manifest.json",
    target: ["es2020", "chrome87", "safari14", "firefox80"],
    rollupOptions: {
      input: "src/main.ts",
      // The small parts that nearly every page needs travel together: one request instead of twelve.
      output: { advancedChunks: { groups: [{ name: "vendor", test: /node_modules/ }, { name: "parts", test: /src\/(components\/(App|Product|Card|Failed|Empty|Bread|More|Rich|Quantity|Star)|lib)/ }] } },
    },
    // The content security policy has no `data:` for fonts or scripts; small files stay files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    port: 5173,
    proxy: Object.fromEntries(
      ["/api", "/media", "/static", "/admin", "/documents", "/oauth/fake", "/payment/fake"].map((path) => [path, django]),
    ),
  },
}));
