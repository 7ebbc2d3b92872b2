import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { sourceDigest } from "./source.ts";

/** The one font file that every page needs at once is fetched beside the style sheet, not after it. */
function preloadFont(): Plugin {
  return {
    name: "preload-font",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler: () => [
        {
          tag: "link",
          attrs: { rel: "preload", href: "./assets/inter-latin-wght-normal.woff2", as: "font", type: "font/woff2", crossorigin: "" },
          injectTo: "head",
        },
      ],
    },
  };
}

function digest(): Plugin {
  let out = "dist";
  return {
    name: "source-digest",
    apply: "build",
    configResolved: (c) => {
      out = c.build.outDir;
    },
    closeBundle: () => sourceDigest(out),
  };
}

/** Folders that every page shares; each other folder of src is a module and becomes one lazy chunk of its own. */
const shared = new Set(["api", "kit", "shell", "gallery"]);

/** The chunk of a module's file. Routes and commands are small and are needed before the module is. */
function moduleChunk(id: string): string | null {
  const m = /[\\/]src[\\/]([a-z]+)[\\/](?!routes\.|commands\.)[^/\\]+$/.exec(id);
  return m?.[1] && !shared.has(m[1]) ? m[1] : null;
}

export default defineConfig({
  base: "./",
  plugins: [react(), tailwind(), preloadFont(), digest()],
  resolve: { alias: { "#": new URL("./src", import.meta.url).pathname } },
  build: {
    target: "baseline-widely-available",
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    sourcemap: false,
    rolldownOptions: {
      input: { console: "index.html" },
      output: {
        // Names never carry a hash: dist is committed, and the server gives every build a path of its own.
        entryFileNames: "assets/[name].js",
        chunkFileNames: "assets/[name].js",
        assetFileNames: "assets/[name][extname]",
        // Short names for what chunks give each other would change in all of them when one changes.
        minifyInternalExports: false,
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/, priority: 4 },
            { name: "tanstack", test: /node_modules[\\/]@tanstack[\\/]/, priority: 3 },
            { name: "base-ui", test: /node_modules[\\/](@base-ui|@floating-ui)[\\/]/, priority: 3 },
            { name: "vendor", test: /node_modules[\\/]/, priority: 2 },
            { name: "kit", test: /[\\/]src[\\/](kit|api)[\\/]/, priority: 1 },
            { name: moduleChunk, debugName: "module", priority: 1 },
          ],
        },
      },
    },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8080" } },
  preview: { proxy: { "/api": "http://127.0.0.1:8080" } },
  test: { environment: "happy-dom", include: ["src/**/*.test.ts?(x)"] },
});
