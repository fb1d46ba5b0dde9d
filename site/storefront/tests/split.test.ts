import { describe, expect, it } from "vitest";

import { bucket, shownItem, type Item } from "../src/lib/split";

const item = { id: "one", title: "甲", image_url: null, images: null, url: "/a/", text: "", target: "_self", link: null } as const;
const split = { key: "6f3c6f0e", share: 74, title: "乙", image_url: "b.webp", images: null, url: "/b/", text: "换", link: null };

describe("two versions", () => {
  it("are chosen by the same rule as the shop's own", () => {
    // The same examples stand in the shop's tests.
    expect(bucket("a", "v")).toBe(62);
    expect(bucket("6f3c6f0e", "anna-0123456789abcdef")).toBe(73);
    expect(bucket("横幅", "访客")).toBe(37);
  });

  it("are each shown to their share", () => {
    const times = Array.from({ length: 10_000 }, (_, n) => bucket("banner", `visitor-${String(n).padStart(8, "0")}`)).filter((b) => b < 30);
    expect(times.length / 10_000).toBeCloseTo(0.3, 1);
  });

  it("replace what is seen, and keep the id", () => {
    const tested = { ...item, split } as unknown as Item;
    expect(shownItem(tested, "anna-0123456789abcdef")).toMatchObject({ id: "one", title: "乙", url: "/b/", variant: "b" });
    const other = { ...tested, split: { ...tested.split!, share: 73 } } as Item;
    expect(shownItem(other, "anna-0123456789abcdef")).toMatchObject({ title: "甲", url: "/a/", variant: "a" });
    expect(shownItem({ ...item, split: null } as unknown as Item, "v").variant).toBe("");
  });
});
