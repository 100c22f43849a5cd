// @ts-check
/** Tells the service what became of an answer: a vote, an article that was opened or copied. */

import { request } from "./requests.js";

/** @returns {{vote: (vote: object) => Promise<boolean>, tell: (event: any) => void}} */
export function deedsOn(/** @type {import("./replies.js").Answer} */ answer, /** @type {string} */ service, /** @type {() => AbortSignal} */ signal) {
  const post = async (/** @type {string} */ path, /** @type {object} */ body) => {
    try {
      await request(service + "/api/v1/" + path, signal(), { query_id: answer.queryId, ...body });
      return true;
    } catch {
      return false;
    }
  };
  return {
    vote: (vote) => post("feedback", { passage_id: answer.passage?.id, ...vote }),
    /** Each article is told of once each. */
    tell({ type, target }) {
      const event = type === "copy" ? "copied" : "opened";
      const link = type === "copy" ? target.closest("article, li, section")?.querySelector(".row > a, h3 > a, section > a") : target.closest("a");
      const [, path] = /\/articles\/([^#?]+)/.exec(link?.href) ?? [];
      if (!path || link[event]) return;
      link[event] = true;
      post("events", { event, article_id: decodeURIComponent(path) });
    },
  };
}
