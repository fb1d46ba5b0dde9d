/** The mall's API, typed by its own OpenAPI document. */
import createClient from "openapi-fetch";

import { ApiError, type Problem } from "./errors";
import type { components, paths } from "./schema";
import { mallFetch } from "./transport";

export const api = createClient<paths>({
  baseUrl: typeof location === "undefined" ? "http://localhost" : location.origin,
  fetch: mallFetch,
  credentials: "same-origin",
});

/** A shape of the API by its name: `Shape<"SkuCardOut">`. */
export type Shape<Name extends keyof components["schemas"]> = components["schemas"][Name];

/** What was asked for, or an `ApiError` / `NetworkError`. */
export async function ask<T>(asked: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await asked;
  if (response.ok) return data as T;
  const wait = Number(response.headers.get("Retry-After"));
  throw new ApiError((error ?? {}) as Partial<Problem>, response.status, wait > 0 ? wait : null);
}
