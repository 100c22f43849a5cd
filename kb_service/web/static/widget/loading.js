// @ts-check
/** Loads what only some visits need. */

/** @returns {Promise<typeof import("./further.js").further>} */
export async function loadFurther(/** @type {import("./kb-widget.js").Box} */ { host }) {
  const { further } = await import("./further.js");
  const shadow = /** @type {ShadowRoot} */ (host.shadowRoot);
  shadow.adoptedStyleSheets = [...new Set([...shadow.adoptedStyleSheets, further.furtherStyle])];
  return further;
}

/** Add the words of seats to those that there are; labels of the page come before them. */
export async function addSeatWords(/** @type {import("./kb-widget.js").Box} */ box, /** @type {import("./nodes.js").Words} */ words) {
  Object.assign(words, (await import(`./seat-words-${box.lang}.js`)).words, box.words);
}
