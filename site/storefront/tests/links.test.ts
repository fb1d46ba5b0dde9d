import { readFileSync } from "node:fs";

import { describe, expect, it, vi } from "vitest";

vi.stubGlobal("location", { origin: "https://shop.example", href: "https://shop.example/" });
const { inside, safeNext } = await import("../src/router/links");

describe("links", () => {
  const origin = "https://shop.example";

  it("stay inside where the storefront has the page", () => {
    expect(inside("/skus/3/?from=a#b", origin)).toBe("/skus/3/?from=a#b");
    expect(inside("https://shop.example/help/", origin)).toBe("/help/");
  });

  it("leave for everything else", () => {
    for (const url of ["https://other.example/", "//other.example/x", "/admin/", "/media/a.webp", "/api/v1/home/", "javascript:alert(1)", "", null]) {
      expect(inside(url, origin)).toBeNull();
    }
  });

  it("after a login lead to a path of ours, and never round in circles", () => {
    expect(safeNext("/cart/?a=1")).toBe("/cart/?a=1");
    for (const next of ["//evil.example", "/\\evil.example", "https://evil.example", "\\evil", "/login/?next=/", "/a\nb", undefined, ["/cart/"]]) {
      expect(safeNext(next)).toBe("/");
    }
  });
});

describe("routes.json", () => {
  it("names every page of the router, so that Django serves them all", async () => {
    vi.stubGlobal("window", undefined);
    const known = JSON.parse(readFileSync(new URL("../routes.json", import.meta.url), "utf8")) as string[];
    const sources = ["index", "account"].map((name) => readFileSync(new URL(`../src/router/${name}.ts`, import.meta.url), "utf8"));
    const paths = sources
      .flatMap((text) => [...text.matchAll(/path: "([^"]+)"/g)].map((found) => (found[1] ?? "").replaceAll("\\\\", "\\")))
      .filter((path) => !path.includes("(.*)*"));
    expect(paths.length).toBeGreaterThan(5);
    expect([...paths].sort()).toEqual([...known].sort());
  });
});
