// @ts-check
/** What lasts until the tab is closed: that the panel is open, what was asked and answered, what was read. */

const KEY = "kbWidget";

/** @returns {Record<string, any>} */
export function recall() {
  try {
    return { ...JSON.parse(/** @type {any} */ (sessionStorage.getItem(KEY))) };
  } catch {
    return {};
  }
}

/** Keep values beside those that are kept; where nothing can be kept, nothing is. */
export function keep(/** @type {Record<string, any>} */ values) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ ...recall(), ...values }));
  } catch {}
}
