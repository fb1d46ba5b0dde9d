/** Where links of the content lead: a path of ours stays in the application, anything else leaves it. */

/** The path inside the storefront, or null for an address elsewhere or one that another part of the mall serves. */
export function inside(url: string | null | undefined, origin: string = location.origin): string | null {
  if (!url) return null;
  let address: URL;
  try {
    address = new URL(url, origin);
  } catch {
    return null;
  }
  if (address.origin !== origin) return null;
  if (/^\/(api|admin|media|static|documents|payment|oauth\/fake)\//.test(address.pathname)) return null;
  return address.pathname + address.search + address.hash;
}

/** Where to go after a login: a path of ours, never somebody else's address. */
export function safeNext(next: unknown, fallback = "/"): string {
  if (typeof next !== "string" || !next.startsWith("/") || /^\/[/\\]/.test(next) || /[\u0000-\u001f\\]/.test(next)) return fallback;
  const path = inside(next);
  return !path || /^\/(login|signup)\//.test(path) ? fallback : path;
}

export const skuPath = (id: number): string => `/skus/${id}/`;
export const categoryPath = (id: number): string => `/categories/${id}/`;
export const searchPath = (text: string): string => `/search/?text=${encodeURIComponent(text)}`;
