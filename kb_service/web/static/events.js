// @ts-check
/** Tells the service which articles of an answer are opened and copied, once each. Nobody waits for it. */

const results = /** @type {HTMLElement} */ (document.querySelector("[data-query]"));
/** The address of the service: it may lie below a path of its host. */
const service = new URL("../../", import.meta.url).href;
const told = new Set();
results.addEventListener("click", (event) => tell("opened", target(event).closest("a")));
results.addEventListener("copy", (event) =>
  tell("copied", /** @type {HTMLAnchorElement | null | undefined} */ (target(event).closest("article, li")?.querySelector(".source a, h3 a"))),
);

function target(/** @type {Event} */ event) {
  return /** @type {Element} */ (event.target);
}

function tell(/** @type {string} */ event, /** @type {HTMLAnchorElement | null | undefined} */ link) {
  const articles = new URL("articles/", service).pathname;
  const path = link?.pathname.startsWith(articles) ? link.pathname.slice(articles.length) : "";
  if (!path || told.has(event + path)) return;
  told.add(event + path);
  const body = JSON.stringify({ query_id: results.dataset.query, event, article_id: decodeURIComponent(path) });
  const headers = { "Content-Type": "application/json" };
  fetch(service + "api/v1/events", { method: "POST", body, headers, keepalive: true }).catch(() => null);
}
