// @ts-check
/** Makes nodes from data. Text becomes text, never markup. */

/** @typedef {Record<string, string>} Words  what the widget says, by name, in one language */

/**
 * Make an element. Attributes that are false or null are left out, and so are such children.
 * @param {string} tag @param {Record<string, any>} [attributes] @param {...any} children @returns {any}
 */
export function node(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const name of Object.keys(attributes)) {
    const value = attributes[name];
    if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children) if (child) made.append(child);
  return made;
}

/**
 * Make text with some ranges marked.
 * @param {string} text @param {number[][]} marks  [start, end) in code points, in ascending order
 */
export function marked(text, marks) {
  const fragment = document.createDocumentFragment();
  const points = [...text];
  let done = 0;
  for (const [start, end] of marks) {
    if (!(done <= start && start < end && end <= points.length)) continue;
    fragment.append(piece(points, done, start), node("mark", {}, piece(points, start, end)));
    done = end;
  }
  fragment.append(piece(points, done, points.length));
  return fragment;
}

function piece(/** @type {string[]} */ points, /** @type {number} */ start, /** @type {number} */ end) {
  let text = "";
  for (let at = start; at < end; at++) text += points[at];
  return text;
}

/**
 * Return the attributes of a link: what is no article of the service opens beside the page of the host.
 * @param {string} url @param {string} [service]
 */
export function leading(url, service) {
  const isOurs = service && url.startsWith(service + "/articles/");
  return { href: url || null, target: url && !isOurs && "_blank", rel: "noopener" };
}

/** Put values into a text: "Checked {date}". */
export function fill(/** @type {string} */ text, /** @type {Record<string, any>} */ values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => Object.hasOwn(values, name) ? values[name] : whole);
}
