// @ts-check
/** Copies the patch of a report's page; without it the text can be selected, or downloaded. */

const text = /** @type {HTMLTextAreaElement | null} */ (document.getElementById("kb:patch"));
const button = /** @type {HTMLButtonElement | null} */ (document.getElementById("kb:copy"));
const said = document.getElementById("kb:said");

if (text && button && said) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.value);
      said.textContent = "The patch is copied.";
    } catch {
      text.focus();
      text.select();
      said.textContent = "Your browser does not allow it: copy the selected text yourself.";
    }
  });
}
