import { describe, expect, it } from "vitest";

import { fen, priceParts, printed, tenths, yuan } from "../src/lib/money";

describe("money", () => {
  it("is counted in whole fen and comes back as it was", () => {
    for (const text of ["0.00", "0.05", "6499.00", "19.90", "-3.50", "99999999.99"]) expect(yuan(fen(text))).toBe(text);
    expect(fen("0.10") + fen("0.20")).toBe(30);
  });

  it("refuses what is no amount", () => {
    for (const text of ["", "1,000.00", "1.234", "¥5", "1e3"]) expect(() => fen(text)).toThrow(RangeError);
  });

  it("is printed with thousands apart", () => {
    expect(priceParts("1234567.80")).toEqual({ sign: "", whole: "1,234,567", part: "80" });
    expect(printed("-1234.50")).toBe("-¥1,234.50");
  });

  it("is a discount only where the price is really lower, and never rounded in the shop's favour", () => {
    expect(tenths("5499.00", "6490.00")).toBe("8.5");
    expect(tenths("50.00", "100.00")).toBe("5");
    expect(tenths("84.10", "100.00")).toBe("8.5");
    for (const market of [null, "100.00", "99.00", "100.10"]) expect(tenths("100.00", market)).toBeNull();
  });
});
