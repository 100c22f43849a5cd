// @ts-check
/**
 * Makes the box of a page suggest while somebody types, come at a key, and grow with a long question. Without this it is
 * a plain form that leads to the results.
 */

import { marked, node } from "./nodes.js";
import { Suggestions } from "./suggestions.js";

const LIMIT_MS = 3000;
/** The address of the service: it may lie below a path of its host. */
const service = new URL("../../", import.meta.url).href;
const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-words]"));
if (form) enhance(form);

function enhance(/** @type {HTMLFormElement} */ form) {
  const words = JSON.parse(form.dataset.words ?? "");
  const field = /** @type {HTMLInputElement | HTMLTextAreaElement} */ (form.elements.namedItem("q"));
  const line = /** @type {HTMLInputElement} */ (field.tagName === "INPUT" ? field : like(field, "input", { type: "search", autocomplete: "off" }));
  const area = /** @type {HTMLTextAreaElement} */ (field.tagName === "INPUT" ? like(field, "textarea", { rows: 1 }) : field);
  const status = node("p", { role: "status", class: "unseen" });
  const key = node("kbd", { class: "key", "aria-hidden": "true" }, "/");
  if (field === area) area.after(line);
  line.after(key);
  const suggestions = new Suggestions(line, { words, find, draw, say: (text) => status.replaceChildren(text) });
  if (field === area) line.remove();
  form.append(status);

  growing(form, line, area, suggestions);
  const takesSlash = slash((isOn) => {
    key.hidden = !isOn;
    line.setAttribute("aria-keyshortcuts", (isOn ? "/ " : "") + "Control+K Meta+K");
  });
  document.addEventListener("keydown", (event) => {
    if (!isShortcut(event) || event.key === "/" && !takesSlash()) return;
    event.preventDefault();
    const shown = form.contains(area) ? area : line;
    shown.focus();
    shown.select();
    if (shown === line) suggestions.suggest(0);
  });
}

/** @typedef {{text: string, marks: number[][], url: string, kind: string, detail: string, group: string}} Suggestion */

/** @returns {Promise<Suggestion[]>} */
async function find(/** @type {string} */ typed, /** @type {AbortSignal} */ signal) {
  const url = `${service}api/v1/suggest?sections=1&limit=8&lang=${document.documentElement.lang}&q=${encodeURIComponent(typed)}`;
  const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]) });
  if (!response.ok) throw new Error(String(response.status));
  let last = "";
  return (await response.json()).suggestions.map((/** @type {any} */ { text, marks, kind, article_id, title, topic, url }) => {
    const detail = text === title || article_id === last ? "" : title;
    last = article_id;
    return { text, marks, kind, detail, group: topic, url: kind === "question" ? `${service}search?q=${encodeURIComponent(text)}` : url };
  });
}

/** Put a link into the list, below the name of its group. */
function draw(/** @type {Suggestion} */ { text, marks, url, kind, detail, group }, /** @type {any} */ attributes, /** @type {HTMLElement} */ list) {
  const option = node("a", { ...attributes, class: kind, href: url, tabindex: "-1" }, node("span", {}, marked(text, marks)), detail && node("small", {}, detail));
  let into = list.lastElementChild;
  if (group && into?.getAttribute("data-group") !== group) {
    const id = attributes.id + "-group";
    into = node("div", { role: "group", "aria-labelledby": id, "data-group": group }, node("div", { id, class: "group", role: "presentation", dir: "auto" }, group));
    list.append(/** @type {Node} */ (into));
  }
  (group ? into : list)?.append(option);
  return option;
}

/** Show whether a slash leads here, and let it be turned off: whoever speaks to their machine types it by mistake. */
function slash(/** @type {(isOn: boolean) => void} */ told) {
  const box = /** @type {HTMLInputElement | null} */ (document.querySelector(".slash input"));
  if (!box) return () => false;
  try {
    box.checked = localStorage.getItem("kb:slash") !== "off";
  } catch {}
  box.onchange = () => {
    told(box.checked);
    try {
      box.checked ? localStorage.removeItem("kb:slash") : localStorage.setItem("kb:slash", "off");
    } catch {}
  };
  box.parentElement?.classList.add("works");
  told(box.checked);
  return () => box.checked;
}

/** A slash where nobody types, or Ctrl K anywhere. */
function isShortcut(/** @type {KeyboardEvent} */ { key, ctrlKey, metaKey, altKey, isComposing, target }) {
  if (altKey || isComposing) return false;
  if (ctrlKey || metaKey) return key.toLowerCase() === "k";
  return key === "/" && !/** @type {Element} */ (target).closest("input, textarea, select, [contenteditable], dialog, kb-widget");
}

/** Make a field of another kind that stands for `field`. */
function like(/** @type {Element} */ field, /** @type {string} */ tag, /** @type {object} */ attributes) {
  const made = node(tag, attributes);
  for (const name of ["id", "name", "maxlength", "dir", "placeholder", "autocomplete", "aria-invalid", "aria-describedby"]) {
    const value = field.getAttribute(name);
    if (value !== null) made.setAttribute(name, value);
  }
  return made;
}

/** What outgrows its line goes on in more of them; emptied, it is one line again. Enter asks, with Shift it breaks the line. */
function growing(
  /** @type {HTMLFormElement} */ form, /** @type {HTMLInputElement} */ line, /** @type {HTMLTextAreaElement} */ area,
  /** @type {Suggestions} */ suggestions,
) {
  const fit = () => {
    if (CSS.supports("field-sizing", "content")) return;
    area.style.height = "auto";
    area.style.height = area.scrollHeight + 2 + "px";
  };
  const change = (/** @type {HTMLInputElement | HTMLTextAreaElement} */ from, /** @type {HTMLInputElement | HTMLTextAreaElement} */ to, text = from.value) => {
    const { selectionStart } = from;
    suggestions.clear();
    to.value = text;
    from.replaceWith(to);
    to.focus();
    const at = text === from.value ? selectionStart : text.length;
    to.setSelectionRange(at, at);
    fit();
  };
  line.addEventListener("input", (event) => {
    if (!(/** @type {InputEvent} */ (event).isComposing) && line.scrollWidth > line.clientWidth) change(line, area);
  });
  line.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.shiftKey || event.isComposing || !line.value) return;
    event.preventDefault();
    change(line, area, line.value + "\n");
  });
  area.addEventListener("input", () => area.value ? fit() : change(area, line));
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  fit();
}
