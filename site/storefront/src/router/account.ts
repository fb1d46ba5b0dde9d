/** Cart, checkout, payment and the buyer's own pages. */
import type { RouteRecordRaw } from "vue-router";

/** For one who is logged in. */
const mine = { private: true };

export const accountRoutes: RouteRecordRaw[] = [
  { path: "/cart/", name: "cart", component: () => import("../pages/CartPage.vue") },
  { path: "/checkout/", name: "checkout", component: () => import("../pages/CheckoutPage.vue"), meta: { private: true, bare: true } },
  { path: "/pay/:order_id/", name: "pay", component: () => import("../pages/PayPage.vue"), meta: { private: true, bare: true } },
  { path: "/pay/:order_id/result/", name: "pay-result", component: () => import("../pages/PayResultPage.vue"), meta: { bare: true } },
  { path: "/password/", name: "password", component: () => import("../pages/PasswordPage.vue"), meta: { bare: true } },
  { path: "/oauth/:provider(qq|weibo|wechat)/callback/", name: "oauth", component: () => import("../pages/OAuthPage.vue"), meta: { bare: true } },
  { path: "/email/verify/", name: "email-verify", component: () => import("../pages/EmailVerifyPage.vue") },
  { path: "/user/", name: "user", component: () => import("../pages/user/OverviewPage.vue"), meta: mine },
  { path: "/user/profile/", name: "profile", component: () => import("../pages/user/ProfilePage.vue"), meta: mine },
  { path: "/user/email/", name: "email", component: () => import("../pages/user/EmailPage.vue"), meta: mine },
  { path: "/user/security/", name: "security", component: () => import("../pages/user/SecurityPage.vue"), meta: mine },
  { path: "/user/bindings/", name: "bindings", component: () => import("../pages/user/BindingsPage.vue"), meta: mine },
  { path: "/user/addresses/", name: "addresses", component: () => import("../pages/user/AddressesPage.vue"), meta: mine },
  { path: "/user/orders/", name: "orders", component: () => import("../pages/user/OrdersPage.vue"), meta: mine },
  { path: "/user/orders/:order_id/", name: "order", component: () => import("../pages/user/OrderPage.vue"), meta: mine },
  { path: "/user/orders/:order_id/review/", name: "review", component: () => import("../pages/user/ReviewPage.vue"), meta: mine },
  { path: "/user/orders/:order_id/refund/", name: "refund-apply", component: () => import("../pages/user/RefundApplyPage.vue"), meta: mine },
  { path: "/user/refunds/", name: "refunds", component: () => import("../pages/user/RefundsPage.vue"), meta: mine },
  { path: "/user/refunds/:number/", name: "refund", component: () => import("../pages/user/RefundPage.vue"), meta: mine },
  { path: "/user/favorites/", name: "favorites", component: () => import("../pages/user/FavoritesPage.vue"), meta: mine },
  { path: "/user/history/", name: "history", component: () => import("../pages/user/HistoryPage.vue"), meta: mine },
  { path: "/user/messages/", name: "messages", component: () => import("../pages/user/MessagesPage.vue"), meta: mine },
];
