// @ts-check
/** Asks the service: with a time limit, without credentials, and with one kind of error. */

// An answer with a live count takes 2.5 s at worst; a message waits for a mail server.
const LIMIT_MS = 8000;
const LONG_LIMIT_MS = 30_000;
const DEFAULT_WAIT_SECONDS = 10;

/** @typedef {"offline" | "slow" | "limited" | "error"} Kind */

export class Failure extends Error {
  /** @param {Kind} kind @param {number} [waitSeconds] @param {number} [status] */
  constructor(kind, waitSeconds = 0, status = 0) {
    super(kind);
    this.kind = kind;
    this.waitSeconds = waitSeconds;
    this.status = status;
  }
}

/**
 * Return the JSON object at `url`; with a `body` post that. Throws Failure, or the signal's reason when it aborts.
 * @param {string} url @param {AbortSignal} signal @param {object} [body] @returns {Promise<Record<string, unknown>>}
 */
export async function request(url, signal, body) {
  const own = new AbortController();
  const timer = setTimeout(() => own.abort(new Failure("slow")), url.endsWith("/contact") ? LONG_LIMIT_MS : LIMIT_MS);
  const stop = () => own.abort(signal.reason);
  signal.addEventListener("abort", stop);
  try {
    // The race ends even where the page has replaced fetch by something that knows no signal.
    return read(await Promise.race([send(url, own.signal, body), aborted(own.signal)]));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

/** @returns {Promise<never>} */
function aborted(/** @type {AbortSignal} */ signal) {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

/** @typedef {{status: number, text: string, wait: string | null}} Reply */

/** @returns {Promise<Reply>} */
async function send(/** @type {string} */ url, /** @type {AbortSignal} */ signal, /** @type {object | undefined} */ body) {
  const sent = body && JSON.stringify(body);
  try {
    const response = await fetch(url, {
      method: sent ? "POST" : "GET",
      headers: sent ? { "Content-Type": "application/json" } : {},
      body: sent,
      credentials: "omit",
      signal,
    });
    return { status: response.status, text: await response.text(), wait: response.headers.get("Retry-After") };
  } catch {
    if (!navigator.onLine) throw new Failure("offline");
    return sendAgain(url, signal, sent);
  }
}

/** The one retry goes another way, in case the page has replaced fetch by something that does not work. */
function sendAgain(/** @type {string} */ url, /** @type {AbortSignal} */ signal, /** @type {string | undefined} */ sent) {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const again = new XMLHttpRequest();
    again.open(sent ? "POST" : "GET", url);
    if (sent) again.setRequestHeader("Content-Type", "application/json");
    again.onload = () => resolve({ status: again.status, text: again.responseText, wait: again.getResponseHeader("Retry-After") });
    again.onerror = () => reject(new Failure(navigator.onLine ? "error" : "offline"));
    signal.addEventListener("abort", () => again.abort());
    again.send(sent);
  });
}

function read(/** @type {Reply} */ { status, text, wait }) {
  if (status === 429) throw new Failure("limited", Number(wait) || DEFAULT_WAIT_SECONDS);
  if (status < 200 || status > 299) throw new Failure("error", 0, status);
  try {
    return Object.assign(Object.create(null), JSON.parse(text));
  } catch {
    throw new Failure("error");
  }
}
