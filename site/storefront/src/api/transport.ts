/** How requests travel: with the login where one is needed, again after the connection dropped. */
import { language } from "../i18n";
import { NetworkError } from "./errors";
import { preview, previewAnswer } from "./preview";
import { accessToken, who } from "./session";

/** Answers that are the same for everybody: asked without the login, so that caches may keep them. */
const PUBLIC =
  /^\/api\/v1\/(home(?!\/personal)|site|banners|ads|pages|categories|brands|areas|search|skus|beacons|menus|redirects|agreements|usernames|mobiles|image_codes)\//;
const WAITS = [400, 1200, 3000];

const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Whether sending it twice does no harm. */
function isRepeatable(request: Request): boolean {
  return request.method !== "POST" && request.method !== "PATCH" ? true : request.headers.has("Idempotency-Key");
}

async function send(request: Request): Promise<Response> {
  const tries = isRepeatable(request) ? WAITS.length : 0;
  for (let go = 0; ; go++) {
    try {
      return await fetch(request.clone());
    } catch (error) {
      if (request.signal.aborted) throw error;
      if (go >= tries) throw new NetworkError();
      await sleep(WAITS[go] ?? 0);
    }
  }
}

async function token(force = false): Promise<string | null> {
  try {
    return await accessToken(force);
  } catch {
    throw new NetworkError();
  }
}

/** The `fetch` of the API client. An expired login is renewed once; one that is over leads to the login page. */
export async function mallFetch(request: Request): Promise<Response> {
  if (preview) return previewAnswer(request);
  request.headers.set("Accept-Language", language.value);
  const isPublic = PUBLIC.test(new URL(request.url).pathname);
  if (isPublic || !who()) return send(request);
  const first = await token();
  if (first) request.headers.set("Authorization", `Bearer ${first}`);
  const answer = await send(request);
  if (answer.status !== 401 || !first) return answer;
  const second = await token(true);
  if (!second) return answer;
  request.headers.set("Authorization", `Bearer ${second}`);
  return send(request);
}

/** A key under which a POST may be sent again without happening twice. One per thing the buyer wants to happen. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
