import { describe, expect, it } from "vitest";

import { apiQuery, filterCount, listingQuery, parseListing, toggled } from "../src/lib/listing";

describe("a list's address", () => {
  const address = { text: "手机", brand: ["3", "5"], spec: ["颜色:黑色"], min_price: "100", in_stock: "true", ordering: "-price" };

  it("comes back as it was", () => {
    expect(listingQuery(parseListing(address))).toEqual({ ...address, category: undefined, max_price: undefined });
  });

  it("leaves out what makes no sense", () => {
    const list = parseListing({ brand: ["x", "-1", "0"], spec: "黑色", min_price: "abc", ordering: "hack", category: "1.5", in_stock: "yes" });
    expect(listingQuery(list)).toEqual({});
    expect(filterCount(list)).toBe(0);
  });

  it("understands prices typed the wrong way round", () => {
    const { minPrice, maxPrice } = parseListing({ min_price: "900", max_price: "100" });
    expect([minPrice, maxPrice]).toEqual(["100", "900"]);
  });

  it("asks for facets with the first page alone", () => {
    expect(apiQuery(parseListing(address), 1).facets).toBeUndefined();
    expect(apiQuery(parseListing(address), 2)).toMatchObject({ page: 2, facets: false, brand: [3, 5] });
  });

  it("puts in and takes out", () => {
    expect(toggled([1, 2], 2)).toEqual([1]);
    expect(toggled([1], 2)).toEqual([1, 2]);
  });
});
