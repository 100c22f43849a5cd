// @ts-check
/** Makes nodes of the HTML of a passage: of tags and attributes that are known here. All else becomes text or goes. */

import { leading, node } from "./nodes.js";
import { address } from "./replies.js";

export const PLACE = "at-";

const TOKEN = /<(\/?)([a-z][a-z0-9]*)([^>]*)>|&(\w+);|[^<&]+|./gs;
const ATTRIBUTE = /([a-z]+)="([^"]*)"/g;
const VOID = /^(br|hr|img)$/;
const TAGS = new RegExp("^(a|abbr|b|blockquote|br|caption|cite|code|d[dlt]|del|details|dfn|em|h[1-6]|hr|i|img|ins|kbd|li|mark|[ou]l"
  + "|p|pre|q|s|samp|small|strong|su[bp]|summary|table|t(body|[dhr]|foot|head)|u|var)$");
const NAMES = /^(href|src|alt|title|start|align|colspan|rowspan|open|width|height|id)$/;
/** @type {Record<string, string>} */
const CHARACTERS = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: "\u00a0" };

/**
 * @param {string} html @param {string} service @param {string} newTab  what is said of links that leave the page
 * @param {string} [article]  its address, where this is a whole one: its headings keep their order
 */
export function written(html, service, newTab, article) {
  const root = document.createDocumentFragment();
  /** @type {any} */
  let inside = root;
  html.replace(TOKEN, (whole, closing, tag, rest, entity) => {
    if (!tag) inside.append(character(whole, entity));
    else if (!TAGS.test(tag)) return "";
    else if (!closing) {
      const made = element(tag, rest, service, article);
      inside.append(made);
      if (!VOID.test(tag)) inside = made;
    } else if (inside !== root) {
      if (inside.target) inside.append(node("span", { class: "unseen" }, " " + newTab));
      inside = inside.parentNode;
    }
    return "";
  });
  return root;
}

function element(/** @type {string} */ tag, /** @type {string} */ rest, /** @type {string} */ service, /** @type {string | undefined} */ article) {
  /** @type {Record<string, any>} */
  const given = {};
  rest.replace(ATTRIBUTE, (whole, name, value) => {
    if (NAMES.test(name)) given[name] = value.replace(/&(\w+);/g, character);
    return "";
  });
  if (tag === "img") {
    given.src = address(given.src, service);
    // The page of the host loads nothing from anybody but this service.
    if (new URL(given.src || "about:blank").origin !== new URL(service).origin) return given.alt || "";
    given.loading = "lazy";
  }
  if (given.href) Object.assign(given, leading(address(given.href, article || service), service));
  // Names of an article's places are apart from those of the widget.
  if (given.id) given.id = PLACE + given.id;
  // The title is an h2.
  return node(tag.replace(/^h(\d)/, (_, level) => article ? "h" + Math.min(+level + 1, 6) : "h3"), given);
}

function character(/** @type {string} */ whole, /** @type {string | undefined} */ name) {
  return name && Object.hasOwn(CHARACTERS, name) ? CHARACTERS[name] : whole;
}
