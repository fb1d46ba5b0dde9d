import { describe, expect, it } from "vitest";

import { left } from "../src/lib/countdown";
import { joined, type Blocks } from "../src/lib/blocks";
import { chosenText, optionState, type Spec } from "../src/lib/matrix";

describe("the choices of a product", () => {
  const option = { id: 1, value: "黑色", selected: false, sku_id: 7 as number | null, sold_out: false };

  it("can be chosen, are sold out, or do not exist", () => {
    expect(optionState({ ...option, selected: true })).toBe("chosen");
    expect(optionState(option)).toBe("open");
    expect(optionState({ ...option, sold_out: true })).toBe("sold_out");
    // The API says of what does not exist that it is sold out too.
    expect(optionState({ ...option, sku_id: null, sold_out: true })).toBe("missing");
  });

  it("stay chosen when they are sold out", () => {
    expect(optionState({ ...option, selected: true, sold_out: true })).toBe("chosen");
  });

  it("are told in words", () => {
    const specs: Spec[] = [
      { id: 1, name: "颜色", options: [{ ...option, selected: true }] },
      { id: 2, name: "内存", options: [{ ...option, value: "256GB", selected: true }, option] },
    ];
    expect(chosenText(specs)).toBe("黑色，256GB");
  });
});

describe("a countdown", () => {
  it("shows what is left and ends at nothing", () => {
    expect(left(90_061_000, 0)).toEqual({ days: 1, hours: "01", minutes: "01", seconds: "01", over: false });
    expect(left(5, 10)).toMatchObject({ seconds: "00", over: true });
  });
});

describe("blocks for all and for one", () => {
  const page = (...blocks: object[]) => ({ banners: [], notices: [], floors: [], recommended: [], blocks }) as unknown as Blocks;
  const block = (id: string, position: number, audience = "everyone") => ({ id, position, audience, type: "rich_text", html: "" });

  it("stand in one order, without what is for the app", () => {
    const both = joined(page(block("a", 1), block("app", 2, "app"), block("d", 4, "web")), page(block("mine", 3, "new")));
    expect(both.blocks.map((one) => one.id)).toEqual(["a", "mine", "d"]);
  });
});
