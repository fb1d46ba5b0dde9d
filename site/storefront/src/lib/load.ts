/** Asking for what a page shows: loading, there, failed; asked anew when what it depends on changes. */
import { onScopeDispose, shallowRef, watch, type ShallowRef, type WatchSource } from "vue";

import { takeFirst } from "../api/first";
import { language } from "../i18n";

export interface Loaded<T> {
  data: ShallowRef<T | null>;
  error: ShallowRef<unknown>;
  loading: ShallowRef<boolean>;
  reload: () => Promise<void>;
}

/**
 * `first`: the address under which the answer may have come with the page.
 * `on`: what to watch; a change asks again and drops an answer that is still under way.
 */
export function useLoad<T>(
  fetchIt: () => Promise<T>,
  options: { first?: () => string; on?: WatchSource<unknown>; keep?: boolean } = {},
): Loaded<T> {
  const data = shallowRef<T | null>(null);
  const error = shallowRef<unknown>(null);
  const loading = shallowRef(true);
  let latest = 0;

  async function reload(): Promise<void> {
    const mine = ++latest;
    loading.value = true;
    error.value = null;
    try {
      const answer = await fetchIt();
      if (mine === latest) data.value = answer;
    } catch (wrong) {
      if (mine === latest) error.value = wrong;
    } finally {
      if (mine === latest) loading.value = false;
    }
  }

  const came = options.first && takeFirst<T>(options.first());
  if (came !== undefined && came !== null) {
    data.value = came as T;
    loading.value = false;
  } else void reload();

  if (options.on) {
    watch(options.on, () => {
      if (!options.keep) data.value = null;
      void reload();
    });
  }
  watch(language, () => void reload());
  onScopeDispose(() => latest++);
  return { data, error, loading, reload };
}
