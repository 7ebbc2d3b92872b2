import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const single = ["index.html", "package-lock.json", "package.json", "source.ts", "tsconfig.json", "vite.config.ts"];

/**
 * Leaves a digest of the sources in the build, so that `go test ./ui` can tell a stale build without node.
 * Tests and the API's document are left out: they change nothing in the build. ui_test.go computes the same digest.
 */
export function sourceDigest(out: string) {
  const files = ["public", "src"].flatMap((dir) =>
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((f) => f.isFile() && !/\.test\.tsx?$|\.json$/.test(f.name))
      .map((f) => `${f.parentPath}/${f.name}`.replaceAll("\\", "/")),
  );
  const sum = createHash("sha256");
  for (const f of [...files, ...single].sort()) sum.update(f).update(readFileSync(f));
  writeFileSync(`${out}/source.sha256`, sum.digest("hex"));
}
