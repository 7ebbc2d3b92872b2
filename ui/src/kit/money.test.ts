import { expect, test } from "vitest";
import { fieldMoney, money, shortMoney, typedMoney } from "./money";

const usd = { currency: "USD", digits: 2 };

test("an amount is read as people type it", () => {
  for (const [text, want] of [
    ["250000", 25_000_000],
    ["250,000", 25_000_000],
    [" 1 250 000 ", 125_000_000],
    ["250k", 25_000_000],
    ["1.5m", 150_000_000],
    ["1,5 M", 150_000_000],
    ["2B", 200_000_000_000],
    ["0", 0],
    ["", null],
    ["much", null],
    ["-5", null],
    ["5 apples", null],
  ] as const)
    expect(typedMoney(text, 2), text).toBe(want);
  expect(typedMoney("250,000", 0)).toBe(250_000);
});

test("an amount is said short, in whole, and as a field has it", () => {
  expect(shortMoney(125_000_000, usd)).toBe("$1.25M");
  expect(shortMoney(0, usd)).toBe("$0");
  expect(money(125_000_049, usd)).toBe("$1,250,000");
  expect(shortMoney(1_250, { currency: "JPY", digits: 0 })).toBe("¥1.25K");
  expect(fieldMoney(25_000_000, 2)).toBe("250,000");
});
