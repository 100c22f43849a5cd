// @ts-check
/** Tells the service which articles of an answer are opened and copied, once each. Nobody waits for it. */

const results = /** @type {HTMLElement} */ (document.querySelector("[data-query]"));
const told = new Set();
results.addEventListener("click", (event) => tell("opened", target(event).closest("a")));
results.addEventListener("copy", (event) =>
  tell("copied", /** @type {HTMLAnchorElement | null | undefined} */ (target(event).closest("article, li")?.querySelector(".source a, h2 a"))),
);

function target(/** @type {Event} */ event) {
  return /** @type {Element} */ (event.target);
}

function tell(/** @type {string} */ event, /** @type {HTMLAnchorElement | null | undefined} */ link) {
  const [, path] = /^\/articles\/(.+)/.exec(link?.pathname ?? "") ?? [];
  if (!path || told.has(event + path)) return;
  told.add(event + path);
  const body = JSON.stringify({ query_id: results.dataset.query, event, article_id: decodeURIComponent(path) });
  const headers = { "Content-Type": "application/json" };
  fetch("/api/v1/events", { method: "POST", body, headers, keepalive: true }).catch(() => null);
}
