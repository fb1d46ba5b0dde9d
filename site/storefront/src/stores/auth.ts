import { defineStore } from "pinia";
import { computed, ref } from "vue";

import { api, ask, type Shape } from "../api/client";
import * as session from "../api/session";

/** Who is logged in, and the ways in and out. */
export const useAuth = defineStore("auth", () => {
  const who = ref(session.who());
  const user = ref<Shape<"UserOut"> | null>(null);
  const isIn = computed(() => who.value !== null);
  const name = computed(() => user.value?.nickname || who.value?.username || "");

  session.watchSession((now) => {
    if (now?.userId !== who.value?.userId) user.value = null;
    who.value = now;
  });

  async function byPassword(body: Shape<"LoginIn">, remember: boolean): Promise<void> {
    session.open(await ask(api.POST("/api/v1/authorizations/", { body })), remember);
  }

  async function byCode(body: Shape<"CodeLoginIn">, remember: boolean): Promise<void> {
    session.open(await ask(api.POST("/api/v1/authorizations/sms/", { body })), remember);
  }

  async function signUp(body: Shape<"SignUpIn">): Promise<void> {
    session.open(await ask(api.POST("/api/v1/users/", { body })));
  }

  /** Log out here, even where the shop cannot be told. */
  async function out(everywhere = false): Promise<void> {
    try {
      if (everywhere) await ask(api.DELETE("/api/v1/authorizations/all/"));
      else await ask(api.DELETE("/api/v1/authorizations/", { body: { refresh: session.refreshToken() } }));
    } finally {
      session.close();
    }
  }

  async function fetchUser(): Promise<Shape<"UserOut">> {
    user.value = await ask(api.GET("/api/v1/user/"));
    return user.value;
  }

  return { who, user, isIn, name, byPassword, byCode, signUp, out, fetchUser };
});
