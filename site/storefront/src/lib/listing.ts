/** A list's filters, order and text: in the address, so that it can be shared, and in the question to the API. */
import type { LocationQuery, LocationQueryRaw } from "vue-router";

export type Ordering = "create_time" | "-create_time" | "price" | "-price" | "sales" | "-sales" | "comments" | "-comments";
const ORDERINGS: readonly string[] = ["create_time", "-create_time", "price", "-price", "sales", "-sales", "comments", "-comments"];

export interface Listing {
  text: string;
  category: number | null;
  brands: number[];
  /** `"颜色:黑色"` */
  specs: string[];
  minPrice: string;
  maxPrice: string;
  inStock: boolean;
  ordering: Ordering | null;
}

const all = (value: LocationQuery[string] | undefined): string[] =>
  (Array.isArray(value) ? value : [value]).filter((one): one is string => !!one);
const one = (value: LocationQuery[string] | undefined): string => all(value)[0] ?? "";
const ids = (values: string[]): number[] => values.map(Number).filter((id) => Number.isSafeInteger(id) && id > 0);
const price = (text: string): string => (/^\d{1,8}(\.\d{1,2})?$/.test(text) ? text : "");

/** What an address asks for; what makes no sense is left out. */
export function parseListing(query: LocationQuery): Listing {
  const ordering = one(query.ordering);
  let [minPrice, maxPrice] = [price(one(query.min_price)), price(one(query.max_price))];
  // Typed the wrong way round, it is clear what was meant.
  if (minPrice && maxPrice && Number(minPrice) > Number(maxPrice)) [minPrice, maxPrice] = [maxPrice, minPrice];
  return {
    text: one(query.text).trim().slice(0, 50),
    category: ids([one(query.category)])[0] ?? null,
    brands: ids(all(query.brand)).slice(0, 20),
    specs: all(query.spec)
      .filter((pair) => /^[^:]{1,20}:.{1,30}$/.test(pair))
      .slice(0, 20),
    minPrice,
    maxPrice,
    inStock: one(query.in_stock) === "true",
    ordering: ORDERINGS.includes(ordering) ? (ordering as Ordering) : null,
  };
}

/** The same as it stands in an address; what is not chosen is not there. */
export function listingQuery(list: Listing): LocationQueryRaw {
  return {
    text: list.text || undefined,
    category: list.category ?? undefined,
    brand: list.brands.length ? list.brands.map(String) : undefined,
    spec: list.specs.length ? list.specs : undefined,
    min_price: list.minPrice || undefined,
    max_price: list.maxPrice || undefined,
    in_stock: list.inStock ? "true" : undefined,
    ordering: list.ordering ?? undefined,
  };
}

/** The same as the API's query. */
export function apiQuery(list: Listing, page: number) {
  return {
    text: list.text || undefined,
    category: list.category ?? undefined,
    brand: list.brands.length ? list.brands : undefined,
    spec: list.specs.length ? list.specs : undefined,
    min_price: list.minPrice || undefined,
    max_price: list.maxPrice || undefined,
    in_stock: list.inStock || undefined,
    ordering: list.ordering ?? undefined,
    page,
    page_size: PAGE_SIZE,
    facets: page === 1 ? undefined : false,
  };
}

export const PAGE_SIZE = 20;
/** The shop counts and pages no further. */
export const DEEPEST = 50;

/** How many filters are set, beside text, category and order. */
export function filterCount(list: Listing): number {
  return list.brands.length + list.specs.length + (list.minPrice || list.maxPrice ? 1 : 0) + (list.inStock ? 1 : 0);
}

/** Put in what is not there, take out what is. */
export function toggled<T>(values: T[], value: T): T[] {
  return values.includes(value) ? values.filter((other) => other !== value) : [...values, value];
}
