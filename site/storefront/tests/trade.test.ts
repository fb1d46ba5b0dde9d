import { describe, expect, it, vi } from "vitest";

import { picked, completed, type Area, type Chosen } from "../src/account/areas";
import { addressLine } from "../src/account/addressLine";
import { askUntil } from "../src/account/asking";
import { allTicked, cartSums, lineNotes, withCount, type Line } from "../src/account/cartSums";
import { LineQueue } from "../src/account/lineQueue";
import { actionsOf } from "../src/account/orders";
import { resultOfOrder } from "../src/account/paymentResult";
import { amountTrouble, costOf, refundSum } from "../src/account/refundLines";

const line = (changes: Partial<Line> = {}): Line => ({
  id: 1,
  name: "手机",
  caption: "",
  price: "19.90",
  price_seen: "19.90",
  market_price: null,
  default_image_url: null,
  count: 3,
  selected: true,
  amount: "59.70",
  stock_state: "in_stock",
  left: null,
  can_be_ordered: true,
  changed: [],
  ...changes,
});

describe("a cart", () => {
  it("comes to the ticked lines that can be bought", () => {
    const lines = [line(), line({ id: 2, price: "0.10", count: 2 }), line({ id: 3, selected: false }), line({ id: 4, can_be_ordered: false })];
    expect(cartSums(lines)).toEqual({ kinds: 2, pieces: 5, amount: "59.90" });
    expect(cartSums([]).amount).toBe("0.00");
  });

  it("is ticked whole when everything that can be bought is", () => {
    const off = line({ id: 9, selected: false, can_be_ordered: false });
    expect(allTicked([line(), off])).toBe("all");
    expect(allTicked([line(), line({ id: 2, selected: false })])).toBe("some");
    expect(allTicked([off])).toBe("none");
  });

  it("shows another number at once, and what is short becomes enough", () => {
    const short = line({ left: 2, count: 3, changed: ["short"], can_be_ordered: false });
    expect(withCount(short, 2)).toMatchObject({ count: 2, amount: "39.80", changed: [], can_be_ordered: true });
    expect(withCount(line({ left: 2 }), 4)).toMatchObject({ changed: ["short"], can_be_ordered: false });
    expect(withCount(line({ changed: ["off_sale"], can_be_ordered: false }), 1).can_be_ordered).toBe(false);
  });

  it("says what changed, the weightiest first", () => {
    const notes = lineNotes(line({ price: "25.00", changed: ["price_up", "short"], left: 1 }));
    expect(notes.map((one) => one.text)).toEqual(["库存只剩 1 件，请减少数量", "比加入时涨了 ¥5.10"]);
    expect(lineNotes(line({ price: "10.00", changed: ["price_down"] }))[0]).toEqual({ text: "比加入时降了 ¥9.90", bad: false });
  });
});

describe("changes to a cart", () => {
  it("are sent one after the other, and only the last of one line", async () => {
    const sent: string[] = [];
    let under = 0;
    let most = 0;
    const work = (name: string) => async () => {
      most = Math.max(most, ++under);
      await Promise.resolve();
      sent.push(name);
      under -= 1;
    };
    const settled = vi.fn(async () => undefined);
    const queue = new LineQueue(settled);
    queue.put("a", work("a1"));
    queue.put("a", work("a2"));
    queue.put("b", work("b1"));
    await queue.idle();
    expect(sent).toEqual(["a2", "b1"]);
    expect(most).toBe(1);
    expect(settled).toHaveBeenCalledTimes(1);
  });

  it("that fail are told once all is sent, and do not hold up the others", async () => {
    const sent: string[] = [];
    const told: unknown[][] = [];
    const queue = new LineQueue(async (errors) => void told.push(errors));
    queue.put("a", () => Promise.reject(new Error("short")));
    queue.put("b", async () => sent.push("b"));
    await queue.idle();
    expect(sent).toEqual(["b"]);
    expect(told).toEqual([[new Error("short")]]);
  });
});

describe("the area picker", () => {
  const below: Record<number, Area[]> = { 110000: [{ id: 110100, name: "市辖区" }], 110100: [{ id: 110101, name: "东城区" }, { id: 110102, name: "西城区" }] };
  const ask = async (id: number) => below[id] ?? [];

  it("forgets what lay below another choice", () => {
    const chosen: Chosen = [440000, 440100, 440106];
    expect(picked(chosen, 0, 110000)).toEqual([110000, null, null]);
    expect(picked(chosen, 1, 440300)).toEqual([440000, 440300, null]);
    expect(picked(chosen, 2, null)).toEqual([440000, 440100, null]);
    expect(picked(chosen, 0, 440000)).toBe(chosen);
  });

  it("picks by itself where there is no choice", async () => {
    expect(await completed([110000, null, null], ask)).toEqual([110000, 110100, null]);
    expect(await completed([110000, 110100, 110102], ask)).toEqual([110000, 110100, 110102]);
    expect(await completed([null, null, null], ask)).toEqual([null, null, null]);
  });

  it("writes an address without the nameless middle", () => {
    expect(addressLine({ province: "北京市", city: "市辖区", district: "东城区", place: "东街 1 号" })).toBe("北京市 东城区 东街 1 号");
    expect(addressLine({ province: "广东省", city: "广州市", district: "", place: "西路 2 号" })).toBe("广东省 广州市 西路 2 号");
  });
});

describe("money back", () => {
  const bought = { id: 1, count: 3, amount: "10.00", refunded_count: 0, refunded_amount: "0.00" };

  it("is shared among the pieces as the shop shares it", () => {
    expect([1, 2, 3].map((count) => costOf(bought, count))).toEqual(["3.34", "6.67", "10.00"]);
    expect(costOf({ ...bought, refunded_count: 1, refunded_amount: "3.34" }, 2)).toBe("6.66");
    expect(costOf({ ...bought, refunded_count: 3, refunded_amount: "10.00" }, 1)).toBe("0.00");
  });

  it("is summed, and refused where it is no amount or too much", () => {
    expect(refundSum([{ line: bought, count: 1, amount: "3.34" }, { line: bought, count: 2, amount: "x" }])).toBe("3.34");
    expect(["3.34", "3.35", "0", "1.234", "-1", ""].map((typed) => amountTrouble(bought, 1, typed))).toEqual(["", "high", "shape", "shape", "shape", "shape"]);
  });
});

describe("an order", () => {
  it("can be paid, received, reviewed when it is time", () => {
    expect(actionsOf({ status: 1, pay_method: 2 })[0]).toBe("pay");
    expect(actionsOf({ status: 3, pay_method: 2 })[0]).toBe("receive");
    expect(actionsOf({ status: 4, pay_method: 1 })[0]).toBe("review");
    expect(actionsOf({ status: 2, pay_method: 1 })).toContain("cancel");
    expect(actionsOf({ status: 2, pay_method: 2 })).not.toContain("cancel");
    expect(actionsOf({ status: 99, pay_method: 2 })).toEqual([]);
  });

  it("tells what became of its payment", () => {
    const results = [1, 2, 6, 8].map((status) => resultOfOrder({ status, pay_method: 2 }));
    expect(results).toEqual(["confirming", "paid", "closed", "returned"]);
    expect(resultOfOrder({ status: 2, pay_method: 1 })).toBe("placed");
  });
});

describe("asking again", () => {
  it("ends with the answer, waiting longer each time", async () => {
    const answers = ["confirming", new Error("away"), "confirming", "paid"];
    const waited: number[] = [];
    const quiet = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const found = await askUntil(
      async () => {
        const next = answers.shift();
        if (next instanceof Error) throw next;
        return next;
      },
      (answer) => answer === "paid",
      { waits: [1, 2, 3, 4], sleep: async (ms) => void waited.push(ms) },
    );
    quiet.mockRestore();
    expect(found).toBe("paid");
    expect(waited).toEqual([1, 2, 3]);
  });

  it("gives up in the end, or when nobody waits any more", async () => {
    const question = vi.fn(async () => "confirming");
    const sleep = async () => undefined;
    expect(await askUntil(question, () => false, { waits: [1, 1], sleep })).toBeNull();
    expect(question).toHaveBeenCalledTimes(3);
    question.mockClear();
    expect(await askUntil(question, () => false, { waits: [1, 1], sleep, stopped: () => true })).toBeNull();
    expect(question).toHaveBeenCalledTimes(1);
  });
});
