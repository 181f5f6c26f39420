import { defineConfig } from "vite";

/** One HTML file each, beside this one. */
const pages = ["index", "console", "desk", "planner", "signin"];

export default defineConfig({
  base: "/",
  publicDir: false,
  resolve: { tsconfigPaths: false },
  worker: { format: "es" },
  build: {
    outDir: "../static",
    emptyOutDir: true,
    target: "es2022",
    // Nothing inline: the pages' policy allows scripts and styles from files only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    rolldownOptions: { input: Object.fromEntries(pages.map((page) => [page, `${page}.html`])) },
  },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
} as Parameters<typeof defineConfig>[0]);
