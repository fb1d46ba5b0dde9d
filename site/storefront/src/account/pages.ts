/** A list of the buyer's own that grows page by page. */
import { ref, shallowRef, watch, type ShallowRef, type WatchSource } from "vue";

import { language } from "../i18n";

interface PageOf<Row> {
  count: number;
  next: string | null;
  results: Row[];
}

export function usePages<Row>(fetchPage: (page: number) => Promise<PageOf<Row>>, keyOf: (row: Row) => unknown, on?: WatchSource<unknown>) {
  const rows: ShallowRef<Row[]> = shallowRef([]);
  const error = shallowRef<unknown>(null);
  const moreFailed = ref(false);
  const loading = ref(true);
  const growing = ref(false);
  const more = ref(false);
  const count = ref(0);
  let page = 0;
  let latest = 0;

  async function reload(): Promise<void> {
    const mine = ++latest;
    loading.value = true;
    error.value = null;
    moreFailed.value = false;
    try {
      const answer = await fetchPage(1);
      if (mine !== latest) return;
      rows.value = answer.results;
      count.value = answer.count;
      more.value = answer.next !== null;
      page = 1;
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
    moreFailed.value = false;
    try {
      const answer = await fetchPage(page + 1);
      if (mine !== latest) return;
      const known = new Set(rows.value.map(keyOf));
      // What moved down a page meanwhile would stand twice.
      rows.value = [...rows.value, ...answer.results.filter((row) => !known.has(keyOf(row)))];
      more.value = answer.next !== null;
      page += 1;
    } catch {
      moreFailed.value = true;
    } finally {
      growing.value = false;
    }
  }

  if (on) {
    watch(on, () => {
      rows.value = [];
      void reload();
    });
  }
  watch(language, () => void reload());
  void reload();
  return { rows, error, moreFailed, loading, growing, more, count, reload, grow };
}
