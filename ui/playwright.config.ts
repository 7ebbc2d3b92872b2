import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

/** The browser walks, two files at a time, each worker through a demo of its own; a BASE_URL names one that runs already. */
export default defineConfig({
  testDir: "e2e",
  workers: process.env.BASE_URL ? 1 : 2,
  retries: process.env.CI ? 1 : 0, // a busy machine is given a second chance, and the report says that it needed it
  reporter: "line",
  timeout: 60_000,
  use: {
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"].find(existsSync),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
    trace: "on-first-retry", // recording costs a third of the time
    contextOptions: { reducedMotion: "reduce" },
  },
});
