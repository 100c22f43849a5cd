// @ts-check
/** Helps whoever reads an article: where they are, links and code to copy, tables to scroll by key, pictures opened large. */

import { node } from "./nodes.js";

const NOTED_MS = 1800;
/** From the top of the window, below which a heading is still to come. */
const READ_FROM = 140;

const article = /** @type {HTMLElement} */ (document.querySelector("article[data-words]"));
const words = JSON.parse(article.dataset.words ?? "");
const status = node("p", { role: "status", class: "unseen" });
article.append(status);
remember();
followContents();
for (const each of /** @type {NodeListOf<HTMLAnchorElement>} */ (article.querySelectorAll("a.here"))) {
  each.addEventListener("click", () => copy(each.href, each, words.link));
}
for (const each of /** @type {NodeListOf<HTMLElement>} */ (article.querySelectorAll(".code"))) {
  const button = node("button", { type: "button", class: "copy-code" }, words.copy);
  button.onclick = () => copy(each.querySelector("pre")?.textContent ?? "", button, words.code);
  each.append(button);
}
const tables = new ResizeObserver((entries) => {
  for (const { target } of entries) letScroll(target);
});
for (const each of article.querySelectorAll(".scroll")) tables.observe(each);
for (const each of /** @type {NodeListOf<HTMLAnchorElement>} */ (article.querySelectorAll("a.large"))) {
  each.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    enlarge(each);
  });
}

/** Keep what was read in this tab, for whoever writes to a person afterwards: it is shown there before it is sent. */
function remember() {
  try {
    const title = article.querySelector("h1")?.textContent;
    const read = JSON.parse(sessionStorage.getItem("kb:articles") ?? "[]").filter((/** @type {string[]} */ [path]) => path !== location.pathname);
    sessionStorage.setItem("kb:articles", JSON.stringify([...read, [location.pathname, title]].slice(-10)));
  } catch {}
}

/** A table that is too wide can be scrolled by key. */
function letScroll(/** @type {Element} */ table) {
  for (const [name, value] of [["tabindex", "0"], ["role", "group"], ["aria-label", words.table]]) {
    if (table.scrollWidth > table.clientWidth) table.setAttribute(name, value);
    else table.removeAttribute(name);
  }
}

/** Mark the entry of the contents whose section is read. */
function followContents() {
  const links = /** @type {HTMLAnchorElement[]} */ ([...article.querySelectorAll("aside .contents a")]);
  const headings = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  /** @type {HTMLAnchorElement | undefined} */ let current;
  const mark = () => {
    const ended = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
    const passed = headings.filter((heading) => heading && heading.getBoundingClientRect().top < READ_FROM).length;
    const now = links[ended && scrollY > 0 ? links.length - 1 : passed - 1];
    if (now === current) return;
    current?.removeAttribute("aria-current");
    now?.setAttribute("aria-current", "true");
    now?.scrollIntoView?.({ block: "nearest" });
    current = now;
  };
  if (!links.length) return;
  let waits = false;
  addEventListener("scroll", () => {
    if (waits) return;
    waits = true;
    requestAnimationFrame(() => {
      waits = false;
      mark();
    });
  }, { passive: true });
  mark();
}

async function copy(/** @type {string} */ text, /** @type {HTMLElement} */ where, /** @type {string} */ said) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    return;
  }
  where.dataset.noted = words.copied;
  status.textContent = said;
  setTimeout(() => {
    delete where.dataset.noted;
    status.textContent = "";
  }, NOTED_MS);
}

function enlarge(/** @type {HTMLAnchorElement} */ link) {
  const picture = /** @type {HTMLImageElement} */ (link.querySelector("img"));
  const closer = node("button", { type: "button", class: "close", "aria-label": words.close }, "×");
  const dialog = node("dialog", { class: "enlarged", "aria-label": picture.alt || link.getAttribute("aria-label") }, closer, node("img", { src: link.href, alt: picture.alt }));
  dialog.onclick = (/** @type {Event} */ event) => event.target instanceof HTMLImageElement || dialog.close();
  dialog.onclose = () => dialog.remove();
  article.append(dialog);
  dialog.showModal();
}
