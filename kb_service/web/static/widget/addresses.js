// @ts-check
/** Which addresses of the service are asked. */

/** Return the address of what answers a question, with the numbers of the form. */
export function asked(/** @type {string} */ path, /** @type {string} */ question, /** @type {import("./kb-widget.js").Box} */ { service, form, given, lang }) {
  const url = new URL(service + path);
  for (const name of ["q", "domain", "seats"]) {
    const value = name === "q" ? question : form.elements[name]?.value.trim();
    if (value) url.searchParams.set(name, value);
  }
  if (lang !== "en") url.searchParams.set("lang", lang);
  // The answer does not wait for a helpdesk: a count that is not known yet is asked for afterwards.
  if (url.searchParams.has("domain") && path.startsWith("/api")) url.searchParams.set("wait", "0");
  if (given("token") && url.searchParams.has("domain")) url.searchParams.set("token", given("token"));
  return url.href;
}

/** Return the address of what to begin with. */
export function beginningOf(/** @type {import("./kb-widget.js").Box} */ { service, given, lang }) {
  const url = new URL(service + "/api/v1/widget?lang=" + lang);
  // Where the visitor is: not what stands behind "?" and "#", which may be private.
  url.searchParams.set("page", (location.origin + location.pathname).substring(0, 500));
  if (given("topic")) url.searchParams.set("topic", given("topic"));
  return url.href;
}
