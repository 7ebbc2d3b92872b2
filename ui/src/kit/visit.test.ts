import { expect, test } from "vitest";
import { agentName, eventName, reasonName } from "./visit";

test("a browser is called what people call it", () => {
  const on = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
  expect(agentName(on)).toBe("Chrome on macOS");
  expect(agentName(`${on} Edg/140.0`)).toBe("Edge on macOS");
  expect(agentName("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")).toBe("Firefox on Linux");
  expect(
    agentName("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile/15E148 Safari/604.1"),
  ).toBe("Safari on iPhone");
  expect(agentName("curl/8.5.0")).toBe("curl");
  expect(agentName("")).toBe("Unknown program");
});

test("what this build does not know keeps its own word", () => {
  expect(eventName("sign_in", "refused")).toBe("Sign-in refused");
  expect(eventName("passkey_added")).toBe("passkey added");
  expect(reasonName("wrong_code")).toBe("wrong code");
  expect(reasonName("k3v9")).toBe("");
});
