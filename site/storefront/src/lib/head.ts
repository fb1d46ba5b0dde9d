/** The window's title follows the page; a page kept alive sets it again when it comes back. */
import { onActivated, watchEffect } from "vue";

import { useSite } from "../stores/site";

export function useTitle(title: () => string | undefined | null): void {
  const site = useSite();
  const show = () => {
    const name = site.details?.name ?? "美多商城";
    const text = title();
    if (text !== undefined && text !== null) document.title = text && !text.startsWith(name) && !text.endsWith(name) ? `${text} - ${name}` : text || name;
  };
  let active = true;
  watchEffect(() => {
    if (active) show();
  });
  onActivated(() => {
    active = true;
    show();
  });
}
