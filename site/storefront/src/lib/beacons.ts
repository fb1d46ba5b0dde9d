/** Tells the shop what of its banners, ads and blocks was seen and clicked: in packets, when there is time. */
import { onActivated, onBeforeUnmount, onDeactivated, onMounted, onUpdated, type Ref } from "vue";

import type { Shape } from "../api/client";
import { preview } from "../api/preview";
import { visitor } from "./visitor";

type Sighting = Shape<"SightingIn">;

const ADDRESS = "/api/v1/beacons/";
const MOST = 50;
const WAIT = 5000;
let waiting: Sighting[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

/** Send what waits. `sendBeacon` outlives the page, and nobody waits for its answer. */
export function flush(): void {
  clearTimeout(timer);
  timer = undefined;
  while (waiting.length) {
    const items = waiting.slice(0, MOST);
    waiting = waiting.slice(MOST);
    navigator.sendBeacon?.(ADDRESS, JSON.stringify({ visitor: visitor(), items }));
  }
}

export function note(sighting: Sighting): void {
  if (preview) return;
  waiting.push(sighting);
  if (waiting.length >= MOST) flush();
  else timer ??= setTimeout(flush, WAIT);
}

if (typeof document !== "undefined") {
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") flush();
  });
  addEventListener("pagehide", flush);
}

function sighting(element: Element, kind: Sighting["kind"]): Sighting | null {
  const { beacon, beaconVariant } = (element as HTMLElement).dataset;
  return beacon ? { id: beacon, kind, variant: (beaconVariant ?? "") as Sighting["variant"] } : null;
}

/** Half of it was in sight, or it filled half of the screen. */
function wasSeen(entry: IntersectionObserverEntry): boolean {
  const screen = entry.rootBounds?.height ?? innerHeight;
  return entry.isIntersecting && (entry.intersectionRatio >= 0.5 || entry.intersectionRect.height >= screen / 2);
}

/** Watch everything inside `root` that carries `data-beacon`: each is seen once, and clicked as often as it is. */
export function useBeacons(root: Ref<HTMLElement | null>): void {
  const known = new WeakSet<Element>();
  const seen = new Set<string>();
  let watcher: IntersectionObserver | null = null;

  function look(): void {
    for (const element of root.value?.querySelectorAll("[data-beacon]") ?? []) {
      if (known.has(element)) continue;
      known.add(element);
      watcher?.observe(element);
    }
  }

  function clicked(event: Event): void {
    for (let at = (event.target as Element).closest("[data-beacon]"); at; at = at.parentElement?.closest("[data-beacon]") ?? null) {
      const told = sighting(at, "click");
      // A click into a block is one only where it follows a link.
      if (told && (event.target as Element).closest("a")) note(told);
    }
  }

  onMounted(() => {
    if (typeof IntersectionObserver === "undefined") return;
    watcher = new IntersectionObserver(
      (entries) => {
        for (const entry of entries.filter(wasSeen)) {
          watcher?.unobserve(entry.target);
          const told = sighting(entry.target, "impression");
          if (!told || seen.has(told.id)) continue;
          seen.add(told.id);
          note(told);
        }
      },
      { threshold: [0.1, 0.25, 0.5] },
    );
    look();
    root.value?.addEventListener("click", clicked);
  });
  onUpdated(look);
  onActivated(look);
  onDeactivated(flush);
  onBeforeUnmount(() => {
    watcher?.disconnect();
    root.value?.removeEventListener("click", clicked);
    flush();
  });
}
