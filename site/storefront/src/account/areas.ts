/** Provinces, cities and districts, asked for level by level and kept. */
import { api, ask, type Shape } from "../api/client";

export type Area = Shape<"AreaOut">;
/** What is chosen: province, city, district; null where nothing is yet. */
export type Chosen = [number | null, number | null, number | null];

const kept = new Map<number | "all", Promise<Area[]>>();

/** What lies right below this area; the provinces for null. A failure is not kept. */
export function areasBelow(id: number | null): Promise<Area[]> {
  const name = id ?? "all";
  const known = kept.get(name);
  if (known) return known;
  const asked =
    id === null
      ? ask(api.GET("/api/v1/areas/"))
      : ask(api.GET("/api/v1/areas/{area_id}/", { params: { path: { area_id: id } } })).then((area) => area.subs);
  kept.set(name, asked);
  asked.catch(() => kept.delete(name));
  return asked;
}

/** The choice after `id` was picked at `level`: what lay below the old pick goes. */
export function picked(chosen: Chosen, level: 0 | 1 | 2, id: number | null): Chosen {
  if (chosen[level] === id) return chosen;
  return [level === 0 ? id : chosen[0], level === 1 ? id : level < 1 ? null : chosen[1], level === 2 ? id : null];
}

/** Municipalities have one "city" that repeats them, other places one district: picked without being asked for. */
export async function completed(chosen: Chosen, below: (id: number) => Promise<Area[]> = areasBelow): Promise<Chosen> {
  let now = chosen;
  for (const level of [1, 2] as const) {
    const above = now[level - 1];
    if (above === null || above === undefined || now[level] !== null) continue;
    const subs = await below(above);
    if (subs.length !== 1) break;
    now = picked(now, level, subs[0]?.id ?? null);
  }
  return now;
}
