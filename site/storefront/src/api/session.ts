/** The login of this browser: a short access token in memory, a refresh token in storage that works once. */

import { preview } from "./preview";

export interface Grant {
  user_id: number;
  username: string;
  token: string;
  refresh: string;
  expires_in: number;
}

interface Kept {
  user_id: number;
  username: string;
  refresh: string;
}

const KEY = "mall.session";
/** A token with fewer seconds left than this is renewed before it is used. */
const MARGIN = 20;

let access: { token: string; until: number } | null = null;
let renewing: Promise<string | null> | null = null;
const watchers = new Set<(who: Who | null, lost: boolean) => void>();

export interface Who {
  userId: number;
  username: string;
}

function places(): Storage[] {
  // In private windows of some browsers touching the storage throws.
  try {
    return [localStorage, sessionStorage];
  } catch {
    return [];
  }
}

function kept(): Kept | null {
  // A preview shows the shop as a guest sees it, whoever the editor is.
  if (preview) return null;
  for (const place of places()) {
    const raw = place.getItem(KEY);
    if (!raw) continue;
    try {
      const value = JSON.parse(raw) as Kept;
      if (value.refresh) return value;
    } catch {
      place.removeItem(KEY);
    }
  }
  return null;
}

function keep(grant: Grant, remember: boolean): void {
  const [lasting, passing] = places();
  for (const place of places()) place.removeItem(KEY);
  const value: Kept = { user_id: grant.user_id, username: grant.username, refresh: grant.refresh };
  (remember ? lasting : passing)?.setItem(KEY, JSON.stringify(value));
}

function isRemembered(): boolean {
  return places()[0]?.getItem(KEY) != null;
}

/** Who is logged in here, as far as this browser knows. */
export function who(): Who | null {
  const value = kept();
  return value ? { userId: value.user_id, username: value.username } : null;
}

/** Call back whenever somebody logs in, logs out, or a login turns out to be over (`lost`). */
export function watchSession(watcher: (who: Who | null, lost: boolean) => void): void {
  watchers.add(watcher);
}

function tell(lost = false): void {
  const now = who();
  for (const watcher of watchers) watcher(now, lost);
}

/** A login succeeded. `remember`: also after the browser was closed. */
export function open(grant: Grant, remember = true): void {
  keep(grant, remember);
  access = { token: grant.token, until: Date.now() + grant.expires_in * 1000 };
  tell();
}

/** Forget the login here. `lost`: it ended by itself, the buyer did not ask for it. */
export function close(lost = false): void {
  for (const place of places()) place.removeItem(KEY);
  access = null;
  tell(lost);
}

/** The refresh token, for logging out. */
export function refreshToken(): string {
  return kept()?.refresh ?? "";
}

/** An access token that still holds, or null for a guest. Renews at most once at a time. */
export async function accessToken(force = false): Promise<string | null> {
  if (!kept()) return null;
  if (!force && access && access.until - Date.now() > MARGIN * 1000) return access.token;
  renewing ??= alone(renew).finally(() => (renewing = null));
  return renewing;
}

/** Two tabs must not use one refresh token at once: the second would look like a thief. */
async function alone<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks ? navigator.locks.request("mall.session", work) : work();
}

async function renew(): Promise<string | null> {
  const remember = isRemembered();
  // Read inside the lock: another tab may have renewed meanwhile.
  const refresh = refreshToken();
  if (!refresh) return null;
  const answer = await fetch("/api/v1/authorizations/refresh/", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ refresh }),
  });
  if (answer.ok) {
    const grant = (await answer.json()) as Grant;
    keep(grant, remember);
    access = { token: grant.token, until: Date.now() + grant.expires_in * 1000 };
    return grant.token;
  }
  // Too often, or the shop is in trouble: the login may still be good.
  if (answer.status === 429 || answer.status >= 500) throw new TypeError("refresh failed");
  close(true);
  return null;
}

// Another tab logged in or out.
if (typeof window !== "undefined") {
  window.addEventListener("storage", (event) => {
    if (event.key !== KEY) return;
    access = null;
    tell();
  });
}
