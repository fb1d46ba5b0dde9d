import { beforeEach, describe, expect, it, vi } from "vitest";

const given: Record<string, string> = { "/api/v1/home/": '{"title":"草稿"}' };
const sent: string[] = [];

class Place {
  gone = false;
  constructor(readonly textContent: string) {}
  remove(): void {
    this.gone = true;
  }
}

/** A window whose page came with one answer; `dataset` says whether it is a preview. */
function page(dataset: Record<string, string>): void {
  vi.resetModules();
  sent.length = 0;
  const places = new Map(Object.entries(given).map(([address, text]) => [address, new Place(text)]));
  vi.stubGlobal("CSS", { escape: (text: string) => text });
  vi.stubGlobal("document", {
    cookie: "",
    documentElement: { lang: "zh-CN", dataset },
    addEventListener: () => undefined,
    // Vue makes an element while it is loaded.
    createElement: () => ({}),
    querySelector: (selector: string) => {
      const place = places.get(selector.match(/data-for="([^"]+)"/)?.[1] ?? "");
      return place && !place.gone ? place : null;
    },
  });
  vi.stubGlobal("addEventListener", () => undefined);
  vi.stubGlobal("localStorage", { getItem: () => '{"user_id":1,"username":"anna","refresh":"r"}', setItem: () => undefined });
  vi.stubGlobal("sessionStorage", { getItem: () => null });
  vi.stubGlobal("navigator", { sendBeacon: (address: string) => sent.push(address) });
  vi.stubGlobal("fetch", async (request: Request) => {
    sent.push(request.url);
    return new Response("{}");
  });
}

const ask = async (path: string, init?: RequestInit) =>
  (await import("../src/api/transport")).mallFetch(new Request(`http://shop.example${path}`, init));

describe("a preview", () => {
  beforeEach(() => page({ preview: "/", previewAt: new Date(Date.now() + 3_600_000).toISOString() }));

  it("gives what came along as often as it is asked, and asks the shop for nothing", async () => {
    const { takeFirst, closeFirst } = await import("../src/api/first");
    expect(takeFirst("/api/v1/home/")).toEqual({ title: "草稿" });
    closeFirst();
    expect(takeFirst("/api/v1/home/")).toEqual({ title: "草稿" });
    expect(await (await ask("/api/v1/home/")).json()).toEqual({ title: "草稿" });
    expect((await ask("/api/v1/cart/")).status).toBe(403);
    expect((await ask("/api/v1/home/", { method: "POST" })).status).toBe(403);
    expect(sent).toEqual([]);
  });

  it("knows nobody, counts nothing, and goes by its own moment", async () => {
    const { who } = await import("../src/api/session");
    const { note, flush } = await import("../src/lib/beacons");
    const { pageNow } = await import("../src/api/preview");
    note({ id: "b", kind: "impression", variant: "" });
    flush();
    expect(who()).toBeNull();
    expect(sent).toEqual([]);
    expect(Math.abs(pageNow() - Date.now() - 3_600_000)).toBeLessThan(1000);
  });

  it("shows the first version of what is tested, whoever looks", async () => {
    const { shownItem } = await import("../src/lib/split");
    const split = { key: "k", share: 100, title: "乙" };
    expect(shownItem({ title: "甲", split } as never).title).toBe("甲");
  });
});

describe("the shop itself", () => {
  beforeEach(() => page({}));

  it("uses what came along once, asks, and counts", async () => {
    const { takeFirst } = await import("../src/api/first");
    const { note, flush } = await import("../src/lib/beacons");
    expect(takeFirst("/api/v1/home/")).toEqual({ title: "草稿" });
    expect(takeFirst("/api/v1/home/")).toBeUndefined();
    await ask("/api/v1/home/");
    note({ id: "b", kind: "impression", variant: "" });
    flush();
    expect(sent).toEqual(["http://shop.example/api/v1/home/", "/api/v1/beacons/"]);
    expect((await import("../src/api/session")).who()?.username).toBe("anna");
  });
});
