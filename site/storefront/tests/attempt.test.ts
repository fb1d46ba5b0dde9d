import { beforeEach, describe, expect, it, vi } from "vitest";

class Memory {
  private values = new Map<string, string>();
  getItem = (key: string) => this.values.get(key) ?? null;
  setItem = (key: string, value: string) => void this.values.set(key, value);
  removeItem = (key: string) => void this.values.delete(key);
}

vi.stubGlobal("sessionStorage", new Memory());
const { Attempt } = await import("../src/account/attempt");
const { troubleOf } = await import("../src/account/checkoutTrouble");
const { ApiError, NetworkError } = await import("../src/api/errors");
const { yuan, fen } = await import("../src/lib/money");

const wish = { address: 1, payable: "9.90" };
const refused = (code: string, status = 409, params = {}) => new ApiError({ code, message: code, params }, status);
let keys: string[];
const fails = (error: unknown) => (key: string) => {
  keys.push(key);
  return Promise.reject(error);
};

beforeEach(() => {
  vi.stubGlobal("sessionStorage", new Memory());
  keys = [];
});

describe("one attempt to order", () => {
  it("keeps its key over a dropped connection, a reload and a shop in trouble", async () => {
    await expect(new Attempt("order").send(wish, fails(new NetworkError()))).rejects.toThrow();
    await expect(new Attempt("order").send(wish, fails(refused("storage.trouble", 507)))).rejects.toThrow();
    await expect(new Attempt("order").send(wish, fails(refused("auth.required", 401)))).rejects.toThrow();
    await expect(new Attempt("order").send(wish, fails(refused("idempotency.in_flight")))).rejects.toThrow();
    await new Attempt("order").send(wish, async (key) => keys.push(key));
    expect(keys).toHaveLength(5);
    expect(new Set(keys).size).toBe(1);
  });

  it("is another one when another thing is wanted", async () => {
    const attempt = new Attempt("order");
    await expect(attempt.send(wish, fails(new NetworkError()))).rejects.toThrow();
    await expect(attempt.send({ ...wish, payable: yuan(fen("9.90") + 10) }, fails(new NetworkError()))).rejects.toThrow();
    expect(new Set(keys).size).toBe(2);
  });

  it("is over once the shop has answered", async () => {
    const attempt = new Attempt("order");
    await attempt.send(wish, async (key) => keys.push(key));
    await expect(attempt.send(wish, fails(refused("stock.short")))).rejects.toThrow();
    await attempt.send(wish, async (key) => keys.push(key));
    expect(new Set(keys).size).toBe(3);
  });

  it("has nothing to do with another one's", () => {
    expect(new Attempt("order").key(wish)).not.toBe(new Attempt("refund.1").key(wish));
  });
});

describe("what stopped an order", () => {
  it("leads on", () => {
    const way = (error: unknown, buyNow = false) => troubleOf(error, buyNow).way;
    expect(way(new NetworkError())).toBe("again");
    expect(way(refused("stock.short", 409, { left: 2 }))).toBe("cart");
    expect(way(refused("stock.short", 409, { left: 2 }), true)).toBe("fewer");
    expect(way(refused("stock.short", 409, { left: 0 }), true)).toBe("cart");
    expect(way(refused("order.sku_not_for_sale"))).toBe("cart");
    expect(way(refused("order.nothing_selected", 400))).toBe("cart");
    expect(way(refused("address.not_found", 404))).toBe("address");
    expect(way(refused("shipping.no_delivery"))).toBe("address");
    expect(way(refused("order.payable_changed", 409, { payable: "12.00" }))).toBe("seen");
    expect(way(refused("internal", 500))).toBe("again");
  });

  it("names the new sum", () => {
    expect(troubleOf(refused("order.payable_changed", 409, { payable: "1234.50" }), false).text).toContain("¥1,234.50");
  });
});
