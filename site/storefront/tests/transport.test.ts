import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const grant = (n: number) => ({ user_id: 1, username: "anna", token: `access-${n}`, refresh: `refresh-${n}`, expires_in: 900 });
const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

class Memory {
  private values = new Map<string, string>();
  getItem = (key: string) => this.values.get(key) ?? null;
  setItem = (key: string, value: string) => void this.values.set(key, value);
  removeItem = (key: string) => void this.values.delete(key);
}

let session: typeof import("../src/api/session");
let transport: typeof import("../src/api/transport");
let sent: Request[];
let answers: ((request: Request) => Response | Error)[];

const ask = (path: string, init?: RequestInit) => transport.mallFetch(new Request(`http://shop.example${path}`, init));

beforeEach(async () => {
  vi.resetModules();
  vi.useFakeTimers();
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("localStorage", new Memory());
  vi.stubGlobal("sessionStorage", new Memory());
  sent = [];
  answers = [];
  vi.stubGlobal("fetch", async (input: RequestInfo, init?: RequestInit) => {
    const request = typeof input === "string" ? new Request(`http://shop.example${input}`, init) : input;
    sent.push(request);
    const answer = answers.shift()?.(request);
    if (!answer) throw new Error(`nothing prepared for ${request.method} ${request.url}`);
    if (answer instanceof Error) throw answer;
    return answer;
  });
  session = await import("../src/api/session");
  transport = await import("../src/api/transport");
});
afterEach(() => vi.useRealTimers());

/** Let the waits between tries go by. */
async function later<T>(work: Promise<T>): Promise<T> {
  const caught = work.catch((error: unknown) => error);
  await vi.runAllTimersAsync();
  const result = await caught;
  if (result instanceof Error) throw result;
  return result as T;
}

describe("a login", () => {
  it("is sent with what is the buyer's own, and not with what is everybody's", async () => {
    session.open(grant(1));
    answers = [() => json([]), () => json({})];
    await ask("/api/v1/cart/");
    await ask("/api/v1/home/");
    expect(sent.map((one) => one.headers.get("Authorization"))).toEqual(["Bearer access-1", null]);
  });

  it("is renewed before it ends, once for all who ask at the same time", async () => {
    session.open({ ...grant(1), expires_in: 5 });
    answers = [() => json(grant(2)), () => json([]), () => json([])];
    await Promise.all([ask("/api/v1/cart/"), ask("/api/v1/orders/")]);
    expect(sent.filter((one) => one.url.endsWith("/refresh/"))).toHaveLength(1);
    expect(sent.slice(1).map((one) => one.headers.get("Authorization"))).toEqual(["Bearer access-2", "Bearer access-2"]);
  });

  it("that the shop no longer knows is renewed once and the request sent again", async () => {
    session.open(grant(1));
    answers = [() => json({}, 401), () => json(grant(2)), () => json([])];
    expect((await ask("/api/v1/orders/")).status).toBe(200);
    expect(sent[2]?.headers.get("Authorization")).toBe("Bearer access-2");
  });

  it("that is over is told, and forgotten", async () => {
    session.open(grant(1));
    const told: unknown[] = [];
    session.watchSession((who, lost) => told.push([who, lost]));
    answers = [() => json({}, 401), () => json({}, 401)];
    expect((await ask("/api/v1/orders/")).status).toBe(401);
    expect(told).toEqual([[null, true]]);
    expect(session.who()).toBeNull();
  });

  it("outlives a shop in trouble", async () => {
    session.open({ ...grant(1), expires_in: 5 });
    answers = [() => json({}, 507)];
    await expect(later(ask("/api/v1/orders/"))).rejects.toThrow();
    expect(session.who()?.username).toBe("anna");
  });

  it("for this visit only is not kept for the next", () => {
    session.open(grant(1), false);
    expect(localStorage.getItem("mall.session")).toBeNull();
    expect(session.who()?.userId).toBe(1);
  });
});

describe("a dropped connection", () => {
  const gone = () => new TypeError("Failed to fetch");

  it("is tried again for reads", async () => {
    answers = [gone, gone, () => json({})];
    expect((await later(ask("/api/v1/home/"))).status).toBe(200);
  });

  it("is tried again for a POST with a key, under the same key", async () => {
    answers = [gone, () => json({}, 201)];
    const init = { method: "POST", body: "{}", headers: { "Idempotency-Key": transport.newKey() } };
    expect((await later(ask("/api/v1/orders/", init))).status).toBe(201);
    expect(new Set(sent.map((one) => one.headers.get("Idempotency-Key"))).size).toBe(1);
    expect(await sent[1]?.text()).toBe("{}");
  });

  it("is not tried again for a POST without one", async () => {
    answers = [gone];
    await expect(later(ask("/api/v1/cart/", { method: "POST", body: "{}" }))).rejects.toThrow("网络");
    expect(sent).toHaveLength(1);
  });

  it("is given up in the end", async () => {
    answers = [gone, gone, gone, gone];
    await expect(later(ask("/api/v1/home/"))).rejects.toThrow("网络");
    expect(sent).toHaveLength(4);
  });
});
