/** The time, a second at a time, while somebody looks. */
import { onScopeDispose, ref, type Ref } from "vue";

export function useNow(): Ref<number> {
  const now = ref(Date.now());
  const timer = setInterval(() => (now.value = Date.now()), 1000);
  onScopeDispose(() => clearInterval(timer));
  return now;
}
