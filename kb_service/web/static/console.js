// @ts-check
/** Keys and buttons of the page that answers a ticket. All it does can be done without it, by hand. */

const KEYS_OFF = "kb:keys-off";
const FORMS = /** @type {Record<string, string>} */ ({ r: "reply", m: "markdown", t: "text", h: "html" });
const NAMES = /** @type {Record<string, string>} */ ({
  reply: "The reply",
  markdown: "The Markdown",
  text: "The plain text",
  html: "The HTML",
});

const help = /** @type {HTMLDialogElement} */ (document.getElementById("kb:keys"));
const askFirst = /** @type {HTMLDialogElement | null} */ (document.getElementById("kb:ask-first"));
const said = document.getElementById("kb:said");
const box = /** @type {HTMLTextAreaElement} */ (document.getElementById("kb:ticket"));
const keysOn = /** @type {HTMLInputElement} */ (document.getElementById("kb:keys-on"));
const opener = /** @type {HTMLButtonElement} */ (document.getElementById("kb:keys-open"));
const cards = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("article[data-card]")]);
const whole = document.getElementById("kb:whole");

opener.hidden = false;
opener.addEventListener("click", () => help.showModal());
keysOn.checked = attempt(() => localStorage.getItem(KEYS_OFF)) == null;
keysOn.addEventListener("change", () =>
  attempt(() => (keysOn.checked ? localStorage.removeItem(KEYS_OFF) : localStorage.setItem(KEYS_OFF, "1"))),
);
help.querySelector("[data-answer]")?.addEventListener("click", () => help.close());

for (const row of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".copy-buttons"))) row.hidden = false;
for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-copy]"))) {
  const card = /** @type {HTMLElement} */ (button.closest("[data-card]"));
  button.addEventListener("click", () => copy(card, button.dataset.copy ?? ""));
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key !== "?" && !keysOn.checked) return;
  if (act(event.key)) event.preventDefault();
});

/** A frame on another site may have nothing to remember in: then it is forgotten. */
function attempt(/** @type {() => any} */ remember) {
  try {
    return remember();
  } catch {
    return null;
  }
}

/** What a key does; whether it does anything. */
function act(/** @type {string} */ key) {
  if (key === "?") help.showModal();
  else if (key === "/") box.focus();
  else if (key === "a" && whole) void copy(whole, "reply");
  else if (!cards.length) return false;
  else if (key === "j" || key === "k") move(key === "j" ? 1 : -1);
  else if (key === "o") /** @type {HTMLElement | null} */ (current().querySelector("[data-open]"))?.click();
  else if (key === "f") flag(current());
  else if (key === "s") /** @type {HTMLButtonElement | null} */ (current().querySelector("[data-solved]"))?.click();
  else if (key === "l" && receiptForm(current())) void copyReceipt(current());
  else if (key in FORMS) void copy(current(), FORMS[key]);
  else return false;
  return true;
}

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form[data-done]"))) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void send(form);
  });
}

/** Send a form; null when nobody answered. */
async function post(/** @type {HTMLFormElement} */ form) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) body.append(name, String(value));
  return fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => null);
}

/** Send a form without leaving the page. */
async function send(/** @type {HTMLFormElement} */ form) {
  const sent = await post(form);
  // Signed out meanwhile: the form leads to the sign-in, and what stands in it is there again afterwards.
  if (sent?.status === 401 || sent?.status === 403) return form.submit();
  if (!sent?.ok) return say("That did not work. Load the page again.");
  form.reset();
  form.closest("details")?.removeAttribute("open");
  /** @type {HTMLElement | null} */ (form.closest("[data-card]"))?.focus();
  say(form.dataset.done ?? "");
}

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form[data-receipt]"))) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void copyReceipt(/** @type {HTMLElement} */ (form.closest("[data-card]")));
  });
}

/** The form of a card that makes its receipt; null where there are none. */
function receiptForm(/** @type {HTMLElement} */ card) {
  return /** @type {HTMLFormElement | null} */ (card.querySelector("form[data-receipt]"));
}

/** The address of a card's receipt, made the first time; "" where that failed, or nothing is recorded. */
async function receiptOf(/** @type {HTMLElement} */ card) {
  const form = receiptForm(card);
  if (!form) return "";
  form.dataset.url ||= (await post(form))?.headers.get("Location") ?? "";
  return form.dataset.url && new URL(form.dataset.url, location.href).href;
}

async function copyReceipt(/** @type {HTMLElement} */ card) {
  const url = await receiptOf(card);
  if (!url) return say("That did not work. Load the page again.");
  const copied = await navigator.clipboard.writeText(url).then(() => true, () => false);
  say(copied ? "The link of the receipt is copied." : "The receipt is made.");
  link(url);
}

/** What was sent has a receipt: its link stands behind what was said, unless something else was said since. */
async function tellOfReceipts(/** @type {HTMLElement} */ card) {
  const before = said?.textContent;
  const sent = card === whole ? [...document.querySelectorAll(".asked")].map((each) => each.querySelector("[data-card]")) : [card];
  for (const each of sent) {
    const url = each && !("agentsOnly" in each.dataset && card === whole) ? await receiptOf(each) : "";
    if (!url) continue;
    if (said?.firstChild?.textContent !== before) return;
    link(url);
  }
}

function link(/** @type {string} */ url) {
  const anchor = Object.assign(document.createElement("a"), { href: url, target: "_blank", textContent: "Receipt" });
  said?.append(" ", anchor);
}

function flag(/** @type {HTMLElement} */ card) {
  const details = /** @type {HTMLDetailsElement | null} */ (card.querySelector("[data-flag]"));
  details?.setAttribute("open", "");
  details?.querySelector("textarea")?.focus();
}

/** For the reports; nobody waits for it. */
function tellOfCopy(/** @type {HTMLElement} */ card) {
  const query = /** @type {HTMLElement | null} */ (card.closest("[data-query]"))?.dataset.query;
  const article = /** @type {HTMLInputElement | null} */ (card.querySelector("[name=article_id]"))?.value;
  if (!query || !article) return;
  const body = JSON.stringify({ query_id: query, event: "copied", article_id: article });
  fetch(new URL("../../api/v1/events", import.meta.url), { method: "POST", body, headers: { "Content-Type": "application/json" } }).catch(() => null);
}

function isTyping(/** @type {EventTarget | null} */ target) {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches("input:not([type=checkbox]), select, textarea:not([readonly])");
}

/** The passage that has the focus, else the first. */
function current() {
  return /** @type {HTMLElement | null} */ (document.activeElement?.closest("article[data-card]")) ?? cards[0];
}

function move(/** @type {number} */ by) {
  const focused = document.activeElement?.closest("article[data-card]");
  const at = focused ? cards.indexOf(/** @type {HTMLElement} */ (focused)) + by : 0;
  cards[Math.min(Math.max(at, 0), cards.length - 1)].focus();
}

/** Copy a text of a card; what is for agents only is asked about first, and has no reply. */
async function copy(/** @type {HTMLElement} */ card, /** @type {string} */ form) {
  const field = /** @type {HTMLTextAreaElement | null} */ (card.querySelector(`[data-form="${form}"]`));
  if (!field) return say(`${NAMES[form]} cannot be copied: this is for agents only.`);
  if ("agentsOnly" in card.dataset && !(await confirmed())) return say("Nothing was copied.");
  try {
    await write(field.value, form);
    tellOfCopy(card);
    say(`${NAMES[form]} is copied${"agentsOnly" in card.dataset ? ", marked as for agents only" : ""}.`);
    void tellOfReceipts(card);
  } catch {
    /** @type {HTMLDetailsElement | null} */ (field.closest("details"))?.setAttribute("open", "");
    field.focus();
    field.select();
    if (form !== "html" && document.execCommand("copy")) {
      tellOfCopy(card);
      say(`${NAMES[form]} is copied.`);
      void tellOfReceipts(card);
      return;
    }
    say("Your browser does not allow it: copy the selected text yourself.");
  }
}

function write(/** @type {string} */ text, /** @type {string} */ form) {
  if (form !== "html") return navigator.clipboard.writeText(text);
  const types = { "text/html": new Blob([text], { type: "text/html" }), "text/plain": new Blob([text], { type: "text/plain" }) };
  return navigator.clipboard.write([new ClipboardItem(types)]);
}

/** Ask; Escape and everything else but the one button is a no. */
function confirmed() {
  const dialog = /** @type {HTMLDialogElement} */ (askFirst);
  return new Promise((resolve) => {
    dialog.returnValue = "";
    dialog.onclick = (event) => {
      const answer = /** @type {HTMLElement} */ (event.target).dataset.answer;
      if (answer) dialog.close(answer);
    };
    dialog.onclose = () => resolve(dialog.returnValue === "yes");
    dialog.showModal();
  });
}

function say(/** @type {string} */ text) {
  if (said) said.textContent = text;
}
