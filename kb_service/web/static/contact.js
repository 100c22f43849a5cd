// @ts-check
/** Offers the articles that were read in this tab beside those that the address names: whoever sends them unticks what they like. */

import { node } from "./nodes.js";

const list = /** @type {HTMLElement} */ (document.querySelector("fieldset.read"));
const named = new Set([...list.querySelectorAll("input")].map((each) => new URL(each.value, location.href).pathname));
/** @type {string[][]} */ let read = [];
try {
  read = JSON.parse(sessionStorage.getItem("kb:articles") ?? "[]");
} catch {}
for (const [path = "", title] of read) {
  if (named.has(path)) continue;
  const value = location.origin + path;
  list.append(node("label", { class: "choice" }, node("input", { type: "checkbox", name: "read", value, checked: true }), " ", node("bdi", {}, title)));
  list.hidden = false;
}
