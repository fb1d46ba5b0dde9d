/** Whether a product is a favourite, and the button that makes it one: shown at once, taken back when refused. */
import { ref, watch, type Ref } from "vue";
import { useRoute, useRouter } from "vue-router";

import { api, ask } from "../api/client";
import { isMissing } from "../api/errors";
import { t } from "../i18n";
import { useAuth } from "../stores/auth";
import { useToasts } from "../stores/toasts";

export function useFavorite(skuId: Ref<number>) {
  const auth = useAuth();
  const toasts = useToasts();
  const route = useRoute();
  const router = useRouter();
  const on = ref(false);
  const path = () => ({ params: { path: { sku_id: skuId.value } } });

  async function look(): Promise<void> {
    on.value = false;
    if (!auth.isIn) return;
    const asked = skuId.value;
    try {
      await ask(api.GET("/api/v1/favorites/{sku_id}/", path()));
      if (asked === skuId.value) on.value = true;
    } catch (error) {
      if (!isMissing(error)) console.warn(error);
    }
  }

  async function toggle(): Promise<void> {
    if (!auth.isIn) {
      toasts.say(t("登录后就能收藏"));
      void router.push({ name: "login", query: { next: route.fullPath } });
      return;
    }
    const before = on.value;
    on.value = !before;
    try {
      if (before) await ask(api.DELETE("/api/v1/favorites/{sku_id}/", path()));
      else await ask(api.POST("/api/v1/favorites/", { body: { sku_id: skuId.value } }));
    } catch (error) {
      on.value = before;
      toasts.fail(error);
    }
  }

  watch([skuId, () => auth.isIn], () => void look(), { immediate: true });
  return { on, toggle };
}
