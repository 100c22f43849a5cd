// @ts-check
/** Loads what only some visits need. */

/** @returns {Promise<typeof import("./further.js").further>} */
export async function loadFurther(/** @type {import("./kb-widget.js").Box} */ { host }) {
  const { further } = await import("./further.js");
  const shadow = /** @type {ShadowRoot} */ (host.shadowRoot);
  shadow.adoptedStyleSheets = [...new Set([...shadow.adoptedStyleSheets, further.furtherStyle])];
  return further;
}
