/** Every page of the storefront. Its paths also stand in `routes.json`, from which Django knows what to serve. */
import { createMemoryHistory, createRouter, createWebHistory, type RouteRecordRaw, type RouterHistory } from "vue-router";

import { closeFirst } from "../api/first";
import { preview } from "../api/preview";
import { who } from "../api/session";
import { accountRoutes } from "./account";

declare module "vue-router" {
  interface RouteMeta {
    /** Only for somebody who is logged in; others are led to the login and back. */
    private?: boolean;
    /** Kept alive: coming back finds the list as it was left. */
    keep?: boolean;
    /** One view for all its addresses: it follows the change by itself. */
    same?: boolean;
    /** Without the bar at the bottom of a phone's screen: the page has one of its own. */
    bare?: boolean;
  }
}

export const routes: RouteRecordRaw[] = [
  { path: "/", name: "home", component: () => import("../pages/HomePage.vue"), meta: { keep: true } },
  { path: "/categories/", name: "categories", component: () => import("../pages/CategoriesPage.vue"), meta: { keep: true } },
  { path: "/categories/:id(\\d+)/", name: "category", component: () => import("../pages/CategoryPage.vue"), meta: { keep: true } },
  { path: "/search/", name: "search", component: () => import("../pages/SearchPage.vue"), meta: { keep: true } },
  { path: "/skus/:id(\\d+)/", name: "sku", component: () => import("../pages/SkuPage.vue"), meta: { bare: true, same: true } },
  { path: "/login/", name: "login", component: () => import("../pages/LoginPage.vue"), meta: { bare: true } },
  { path: "/signup/", name: "signup", component: () => import("../pages/SignupPage.vue"), meta: { bare: true } },
  ...accountRoutes,
  { path: "/:path(.*)*", name: "content", component: () => import("../pages/ContentPage.vue") },
];

/** A preview stands at an address of the back office; it goes by the one that its page will have. */
function historyOfPreview(path: string): RouterHistory {
  const history = createMemoryHistory();
  history.replace(path);
  return history;
}

export const router = createRouter({
  history: preview ? historyOfPreview(preview.path) : createWebHistory(),
  routes,
  strict: false,
  scrollBehavior(to, from, saved) {
    if (saved) return saved;
    if (to.hash) return { el: to.hash, top: 80 };
    // Filters, tabs and choices change the address of the same page: it stays where it is.
    if (to.path === from.path || (to.name === "sku" && from.name === "sku" && to.query.from === "choice")) return false;
    return { top: 0 };
  },
});

router.beforeEach((to) => {
  if (to.meta.private && !who()) return { name: "login", query: { next: to.fullPath }, replace: true };
});

if (preview) {
  router.beforeEach((to, from) => {
    if (!from.matched.length || to.path === from.path) return;
    window.open(to.fullPath, "_blank", "noopener");
    return false;
  });
}

let started = false;
router.afterEach(() => {
  // What came with the HTML belongs to the first view alone.
  if (started) closeFirst();
  started = true;
});

// After a deployment the old pages' files are gone: load the new shop at the address that was wanted.
router.onError((error, to) => {
  if (/dynamically imported module|Importing a module script failed|error loading dynamically/i.test(String(error))) {
    const again = `mall.reloaded:${to.fullPath}`;
    if (sessionStorage.getItem(again)) return;
    sessionStorage.setItem(again, "1");
    location.assign(to.fullPath);
  }
});
