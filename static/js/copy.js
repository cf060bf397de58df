/* A button that copies what a field holds; it is hidden where the browser cannot do so. */
(() => {
  "use strict";
  document.querySelectorAll("[data-copy]").forEach((button) => {
    if (!navigator.clipboard) {
      button.hidden = true;
      return;
    }
    const field = document.getElementById(button.dataset.copy);
    button.setAttribute("aria-live", "polite");
    button.disabled = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(field.value);
      button.textContent = button.dataset.copied;
    });
  });
})();
