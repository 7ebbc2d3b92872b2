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
    // not closeBundle: that also runs after a build that failed, and would call an old dist fresh
    writeBundle: () => sourceDigest(out),
  };
}

/** Folders that every page shares; each other folder of src is a module and becomes one lazy chunk of its own. */
const shared = new Set(["api", "kit", "shell", "gallery"]);

/** The palette and what it can do are fetched when it is opened. */
const palette = /[\\/]src[\\/](shell[\\/](Palette|sentence)\.tsx?|commands\.ts)$/;

type Graph = { getModuleInfo: (id: string) => { importers: string[] } | null };

/**
 * The chunk of a module's file. What its routes import statically is needed before the module is and belongs to the
 * console; what only its commands import would bring the module along with the palette, so it stands by itself.
 */
function moduleChunk(id: string, graph: Graph): string | null {
  const module = moduleOf(id);
  if (!module) return null;
  const seen = new Set([id]);
  for (const at of seen) for (const up of graph.getModuleInfo(at)?.importers ?? []) if (moduleOf(up) === module) seen.add(up);
  const needed = (file: string) => [...seen].some((f) => new RegExp(`[\\\\/]${file}\\.tsx?$`).test(f));
  return needed("routes") ? "shell" : needed("commands") ? `${module}-commands` : module;
}

/** The editor of rich text and what it is made of: fetched when somebody writes. */
const editor = /[\\/]src[\\/]kit[\\/]editor[\\/]/;
const tiptap = /node_modules[\\/](@tiptap|prosemirror-[a-z-]+|orderedmap|rope-sequence|w3c-keyname|linkifyjs|fast-equals)[\\/]/;

/** What stands under records of every kind: it asks the shell who is here, so it must come after the shell. */
const about = /[\\/]src[\\/]kit[\\/]about[\\/]/;

/** The kit's pieces that the first page needs, and those that only modules use: tables, outlines, charts. */
function kitChunk(id: string, graph: Graph): string | null {
  if (/[\\/]src[\\/]api[\\/]/.test(id)) return "kit";
  if (!/[\\/]src[\\/]kit[\\/]/.test(id) || about.test(id) || editor.test(id)) return null;
  const seen = new Set([id]);
  for (const at of seen) for (const up of graph.getModuleInfo(at)?.importers ?? []) seen.add(up);
  const first = [...seen].some((f) => /[\\/]src[\\/](shell[\\/](?!Palette)|[a-z]+[\\/]routes\.)/.test(f));
  return first ? "kit" : "records";
}

function moduleOf(id: string): string | null {
  const name = /[\\/]src[\\/]([a-z]+)[\\/]/.exec(id)?.[1];
  return name && !shared.has(name) ? name : null;
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
            { name: "react", test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/, priority: 6 },
            { name: "tanstack", test: /node_modules[\\/]@tanstack[\\/]/, priority: 5 },
            { name: "base-ui", test: /node_modules[\\/](@base-ui|@floating-ui)[\\/]/, priority: 5 },

            // Other libraries, and icons, go with the first group that imports them.
            { name: kitChunk, debugName: "kit", priority: 1 },
            // A group takes along what its files import, so the shell takes its own first, or a module would.
            {
              name: (id, graph) =>
                (/[\\/]src[\\/]shell[\\/]/.test(id) && !palette.test(id)) || moduleChunk(id, graph) === "shell" ? "shell" : null,
              priority: 1,
            },
            { name: "palette", test: palette, priority: 0 },
            { name: "about", test: about, priority: 1 },
            { name: "editor", test: (id) => editor.test(id) || tiptap.test(id), priority: 0 },
            { name: moduleChunk, debugName: "module", priority: 0 },
          ],
        },
      },
    },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8080" } },
  preview: { proxy: { "/api": "http://127.0.0.1:8080" } },
  test: { environment: "happy-dom", include: ["src/**/*.test.ts?(x)"] },
});
