/**
 * One wish of the buyer that must come true once: its `Idempotency-Key` is made when the wish is first sent and
 * kept while nobody knows what became of it. It outlives a reload and a login; another wish gets another key.
 */
import { ApiError } from "../api/errors";
import { newKey } from "../api/transport";

interface Kept {
  wish: string;
  key: string;
}

function read(place: string): Kept | null {
  try {
    const value = JSON.parse(sessionStorage.getItem(place) ?? "null") as Kept | null;
    return value?.key && value.wish ? value : null;
  } catch {
    return null;
  }
}

function write(place: string, value: Kept | null): void {
  try {
    if (value) sessionStorage.setItem(place, JSON.stringify(value));
    else sessionStorage.removeItem(place);
  } catch {
    // No storage: the key lasts as long as the page.
  }
}

/** Whether the shop has certainly refused: what is sent next is a new attempt. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof ApiError) || error.status >= 500) return false;
  // 401: never looked at. 429: too early. The other: the first try is still at work.
  return error.status !== 401 && error.status !== 429 && error.code !== "idempotency.in_flight";
}

export class Attempt {
  private readonly place: string;
  private kept: Kept | null;

  constructor(name: string) {
    this.place = `mall.attempt.${name}`;
    this.kept = read(this.place);
  }

  /** The key for this wish: the same one while it is the same wish and its end is not known. */
  key(wish: unknown): string {
    const text = JSON.stringify(wish);
    if (this.kept?.wish !== text) this.keep({ wish: text, key: newKey() });
    return (this.kept as Kept).key;
  }

  /** Send the wish under its key, and forget the key once its end is known. */
  async send<T>(wish: unknown, work: (key: string) => Promise<T>): Promise<T> {
    try {
      const answer = await work(this.key(wish));
      this.keep(null);
      return answer;
    } catch (error) {
      if (isRefusal(error)) this.keep(null);
      throw error;
    }
  }

  private keep(value: Kept | null): void {
    this.kept = value;
    write(this.place, value);
  }
}
