import { expect, test } from "vitest";
import { named } from "./paste";

test("a picture from the clipboard is named after the moment, a file keeps its name", () => {
  const at = new Date(2026, 10, 22, 9, 5, 7);
  expect(named(new File(["x"], "image.png", { type: "image/png" }), at).name).toBe("screenshot-2026-11-22-090507.png");
  expect(named(new File(["x"], "image.jpeg", { type: "image/jpeg" }), at).name).toBe("screenshot-2026-11-22-090507.jpg");
  expect(named(new File(["x"], "report.pdf", { type: "application/pdf" }), at).name).toBe("report.pdf");
  expect(named(new File(["x"], "image.png", { type: "text/html" }), at).name).toBe("image.png");
});
