/** A list that is asked for by its address and grows page by page; kept alive, it stays as it was left. */
import { computed, onActivated, onDeactivated, ref, shallowRef, watch } from "vue";
import { useRoute, useRouter, type LocationQuery } from "vue-router";

import { api, ask, type Shape } from "../api/client";
import { takeFirst } from "../api/first";
import { language } from "../i18n";
import { apiQuery, DEEPEST, listingQuery, PAGE_SIZE, parseListing, type Listing } from "./listing";

export function useListing(fixed: () => Partial<Listing>, first: () => string) {
  const route = useRoute();
  const router = useRouter();
  const path = route.path;
  const query = shallowRef<LocationQuery>(route.query);
  const list = computed<Listing>(() => ({ ...parseListing(query.value), ...fixed() }));
  const rows = shallowRef<Shape<"FoundOut">[]>([]);
  const head = shallowRef<Shape<"SearchOut"> | null>(null);
  const error = shallowRef<unknown>(null);
  const moreError = ref(false);
  const loading = ref(false);
  const growing = ref(false);
  let page = 1;
  let latest = 0;
  const more = computed(() => !!head.value && rows.value.length < head.value.count && page < DEEPEST);

  const askFor = (number: number) => ask(api.GET("/api/v1/skus/search/", { params: { query: apiQuery(list.value, number) } }));

  function show(answer: Shape<"SearchOut">): void {
    head.value = answer;
    rows.value = answer.results;
    page = 1;
  }

  async function reload(): Promise<void> {
    const mine = ++latest;
    loading.value = true;
    error.value = null;
    moreError.value = false;
    try {
      const answer = await askFor(1);
      if (mine === latest) show(answer);
    } catch (wrong) {
      if (mine === latest) error.value = wrong;
    } finally {
      if (mine === latest) loading.value = false;
    }
  }

  async function grow(): Promise<void> {
    if (growing.value || loading.value || !more.value) return;
    const mine = latest;
    growing.value = true;
    moreError.value = false;
    try {
      const answer = await askFor(page + 1);
      if (mine !== latest) return;
      page += 1;
      // What moved up a page meanwhile would stand twice.
      const known = new Set(rows.value.map((row) => row.object.id));
      rows.value = [...rows.value, ...answer.results.filter((row) => !known.has(row.object.id))];
      if (!answer.results.length) page = DEEPEST;
    } catch {
      moreError.value = true;
    } finally {
      growing.value = false;
    }
  }

  /** Choose other filters: the address changes in place, so that one step back leaves the list. */
  function choose(changed: Partial<Listing>): void {
    const wanted = { ...list.value, ...changed };
    const asked = { ...wanted };
    for (const name of Object.keys(fixed()) as (keyof Listing)[]) delete (asked as Partial<Listing>)[name];
    void router.replace({ path, query: listingQuery({ ...EMPTY, ...asked }) });
  }

  const came = takeFirst<Shape<"SearchOut">>(first());
  if (came) show(came);
  else void reload();

  let active = true;
  onActivated(() => {
    active = true;
    if (route.path === path && JSON.stringify(route.query) !== JSON.stringify(query.value)) query.value = route.query;
  });
  onDeactivated(() => (active = false));
  watch(
    () => route.query,
    (now) => {
      if (active && route.path === path) query.value = now;
    },
  );
  watch([() => JSON.stringify(list.value), language], () => void reload());

  return { list, rows, head, error, moreError, loading, growing, more, reload, grow, choose };
}

export type ListingState = ReturnType<typeof useListing>;

const EMPTY: Listing = {
  text: "",
  category: null,
  brands: [],
  specs: [],
  minPrice: "",
  maxPrice: "",
  inStock: false,
  ordering: null,
};

/** The address under which the first page of a list may have come along; the server writes the same. */
export function firstOf(query: Record<string, string | number>): string {
  const words = new URLSearchParams(Object.entries({ ...query, page: 1, page_size: PAGE_SIZE }).map(([name, value]) => [name, String(value)]));
  return `/api/v1/skus/search/?${words}`;
}
