import { defineStore } from "pinia";
import { shallowRef } from "vue";

import { api, ask, type Shape } from "../api/client";
import { takeFirst } from "../api/first";

/** What stands around every page: the shop's own details and the category tree. Each is asked for once. */
export const useSite = defineStore("site", () => {
  const details = shallowRef<Shape<"SiteOut"> | null>(takeFirst("/api/v1/site/") ?? null);
  const categories = shallowRef<Shape<"CategoryNodeOut">[] | null>(takeFirst("/api/v1/categories/") ?? null);
  const hotWords = shallowRef<string[] | null>(null);
  let asking: Partial<Record<"details" | "categories" | "words", Promise<void>>> = {};

  function once(what: keyof typeof asking, work: () => Promise<void>): Promise<void> {
    // A failure is forgotten, so that the next one to want it asks again.
    return (asking[what] ??= work().catch(() => void delete asking[what]));
  }

  /** The homepage brings the details along. */
  function know(site: Shape<"SiteOut">): void {
    details.value = site;
  }

  const wantDetails = () =>
    details.value
      ? Promise.resolve()
      : once("details", async () => void (details.value = await ask(api.GET("/api/v1/site/"))));
  const wantCategories = () =>
    categories.value
      ? Promise.resolve()
      : once("categories", async () => void (categories.value = await ask(api.GET("/api/v1/categories/"))));
  const wantWords = () =>
    once("words", async () => void (hotWords.value = (await ask(api.GET("/api/v1/search/hot/"))).keywords));

  return { details, categories, hotWords, know, wantDetails, wantCategories, wantWords };
});
