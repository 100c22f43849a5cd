// @ts-check
/** Which way is written, and what is typed. */

/** Which way a language is written: a page that is written the other way does not turn the widget. */
export function direction(/** @type {string} */ lang) {
  return lang === "ar" ? "rtl" : "ltr";
}

/** Keep from shortcuts of the page what is typed here. */
export function keepTyping(/** @type {KeyboardEvent} */ event) {
  if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
}
