/**
 * The editors' preview: one page at one moment, shown from what came with the HTML and from nothing else. Nobody is
 * logged in there, nothing is asked, ordered or counted, and whatever leads away opens the real shop beside it.
 */
import { t } from "../i18n";

export interface Preview {
  /** Where the page will stand. */
  path: string;
  /** How far its moment is from now, in milliseconds. */
  ahead: number;
}

function read(): Preview | null {
  const { preview, previewAt } = (typeof document === "undefined" ? undefined : document.documentElement?.dataset) ?? {};
  return preview ? { path: preview, ahead: previewAt ? Date.parse(previewAt) - Date.now() : 0 } : null;
}

/** The preview that this window is; null in the shop itself. */
export const preview = read();

/** The time that the page goes by. */
export const pageNow = (): number => Date.now() + (preview?.ahead ?? 0);

/** What a preview answers instead of the shop: what came along, as often as it is asked; else a refusal. */
export function previewAnswer(request: Request): Response {
  const { pathname, search } = new URL(request.url);
  const place = document.querySelector(`script[type="application/json"][data-for="${CSS.escape(pathname + search)}"]`);
  const headers = { "Content-Type": "application/json" };
  if (request.method === "GET" && place?.textContent) return new Response(place.textContent, { headers });
  return new Response(JSON.stringify({ code: "preview", message: t("这是预览，不能操作") }), { status: 403, headers });
}
