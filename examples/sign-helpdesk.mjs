/**
 * Signs a helpdesk for the widget: KB_STAFF_COUNT=signed. Node 16 or newer, nothing else.
 *
 *   const token = signHelpdesk("acme.kayako.com", key);
 *   `<kb-widget staff-count="acme.kayako.com" token="${token}">…</kb-widget>`
 *
 * Sign only for visitors you know, with the helpdesk that is theirs. From a shell, with the key in a file:
 *   node sign-helpdesk.mjs acme.kayako.com /run/secrets/kb-staff-key
 */
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const LIFE_SECONDS = 3600; // at most 7200

/** Return a token that lets a page ask for the staff count of `domain`, for an hour. */
export function signHelpdesk(domain, key) {
  const payload = { aud: "kb-staff-count", domain, exp: Math.floor(Date.now() / 1000) + LIFE_SECONDS };
  const signed = Buffer.from(JSON.stringify(payload)).toString("base64url");
  return `${signed}.${createHmac("sha256", key).update(signed).digest("base64url")}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [newestKey] = readFileSync(process.argv[3], "utf8").trim().split(/\s+/);
  console.log(signHelpdesk(process.argv[2], newestKey));
}
