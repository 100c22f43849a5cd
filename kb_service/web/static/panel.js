// @ts-check
/** The panel in a helpdesk's page: it takes the text of tickets from that page, and is connected by a window of its own. */

const HERE = new URL("panel/", location.href); // the page is …/console/panel
const place = document.getElementById("kb:panel");
const box = /** @type {HTMLTextAreaElement | null} */ (document.getElementById("kb:ticket"));
const connect = document.getElementById("kb:connect");
const handOver = document.getElementById("kb:hand-over");
const ancestors = place?.dataset.ancestors?.split(" ") ?? [];
/** @type {Window | null} */
let opened = null;

connect?.addEventListener("click", (event) => {
  event.preventDefault();
  opened = window.open(new URL("connect", HERE), "_blank", "popup,width=520,height=680");
});

window.addEventListener("message", (event) => {
  if (event.source === window.parent && window.parent !== window && ancestors.includes(event.origin)) read(event.data?.ticket);
  if (opened && event.source === opened && event.origin === location.origin) void take(event.data?.secret);
});

if (handOver && window.opener) {
  window.opener.postMessage({ secret: handOver.dataset.secret }, location.origin); // no page of another origin gets it
  handOver.removeAttribute("data-secret");
}

/** The text of a ticket came from the helpdesk's page: answer it, unless it stands there already. */
function read(/** @type {unknown} */ ticket) {
  if (!box || typeof ticket !== "string" || !ticket.trim() || same(ticket) === same(box.value)) return;
  box.value = ticket;
  box.form?.requestSubmit();
}

function same(/** @type {string} */ text) {
  return text.replaceAll("\r\n", "\n").trim();
}

async function take(/** @type {unknown} */ secret) {
  if (typeof secret !== "string") return;
  opened?.close();
  const body = new URLSearchParams({ secret });
  const taken = await fetch(new URL("session", HERE), { method: "POST", body, redirect: "manual" }).catch(() => null);
  if (taken?.ok) location.reload();
  else if (place) place.textContent = "That did not work. Press Connect once more.";
}
