"use strict";
// Finishes a login with the API exactly as a storefront would: code and state in, tokens or a binding out.
(() => {
  const body = document.body;
  const base = `${body.dataset.api}/oauth/${body.dataset.provider}/user/`;
  const query = new URLSearchParams(location.search);
  const element = (id) => document.getElementById(id);
  const form = element("bind");

  const show = (id) => {
    for (const part of ["working", "wrong", "welcome", "bind"]) element(part).hidden = part !== id;
  };
  const fail = (text) => {
    element("wrong").textContent = text;
    show("wrong");
  };
  const ask = async (address, options = {}) => {
    const answer = await fetch(address, { credentials: "same-origin", ...options });
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.message || body.dataset.broken);
    return said;
  };
  const welcome = (said) => {
    sessionStorage.setItem("token", said.token);
    sessionStorage.setItem("refresh", said.refresh);
    element("username").textContent = said.username;
    element("next").href = said.next || "/";
    show("welcome");
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(form));
    try {
      welcome(await ask(base, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ ...fields, access_token: form.dataset.token }),
      }));
    } catch (trouble) {
      element("said").textContent = trouble.message;
    }
  });

  element("send").addEventListener("click", async () => {
    try {
      await ask(`${body.dataset.api}/sms_codes/${encodeURIComponent(form.mobile.value)}/`);
      element("said").textContent = body.dataset.sent;
    } catch (trouble) {
      element("said").textContent = trouble.message;
    }
  });

  (async () => {
    if (query.has("error")) return fail(body.dataset.refused);
    const wanted = new URLSearchParams({ code: query.get("code") || "", state: query.get("state") || "" });
    // A code and its state work once; a reload must not look like an attack.
    history.replaceState(null, "", location.pathname);
    try {
      const said = await ask(`${base}?${wanted}`);
      if (said.token) return welcome(said);
      form.dataset.token = said.access_token;
      show("bind");
    } catch (trouble) {
      fail(trouble.message);
    }
  })();
})();
