import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/parts.css";

import { createPinia } from "pinia";
import { createApp } from "vue";

import App from "./App.vue";
import { startLanguage } from "./i18n";
import { startTheme } from "./lib/theme";
import { router } from "./router";

async function start(): Promise<void> {
  startTheme();
  await startLanguage();
  const app = createApp(App);
  app.config.errorHandler = (error) => console.error(error);
  app.use(createPinia());
  app.use(router);
  // The page's own file is there before the server's HTML gives way: nothing blinks.
  await router.isReady().catch(() => undefined);
  app.mount("#app");
}

void start();
