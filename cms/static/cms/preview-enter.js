// The pass stands behind the hash, where no server and no log sees it. Out of the address it goes, into the form.
(() => {
  const given = window.location.hash.slice(1);
  if (!given) return;
  window.history.replaceState(null, "", window.location.pathname);
  document.getElementById("pass").value = given;
  document.getElementById("enter").submit();
})();
