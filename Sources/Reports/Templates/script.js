"use strict";
(function () {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const theme = document.getElementById("theme");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  const label = () => { theme.textContent = isDark() ? "Light" : "Dark"; };
  theme.hidden = false;
  label();
  theme.addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; label(); });
  dark.addEventListener("change", label);

  const copy = document.getElementById("copy");
  if (navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", () => {
      navigator.clipboard.writeText(document.getElementById("command").textContent)
        .then(() => { copy.textContent = "Copied"; }, () => { copy.textContent = "Not allowed"; });
    });
  }

  // A box without overflow need not be a tab stop. Boxes in closed details are skipped: measuring would lay them out.
  const updateTabStops = (part) => {
    const boxes = Array.from(part.querySelectorAll(".scroll")).filter((box) => !box.closest("details:not([open])"));
    const wide = boxes.map((box) => box.scrollWidth > box.clientWidth);
    boxes.forEach((box, index) => { box.tabIndex = wide[index] ? 0 : -1; });
  };
  addEventListener("load", () => updateTabStops(document));
  addEventListener("resize", () => updateTabStops(document));
  document.addEventListener("toggle", (event) => updateTabStops(event.target), true);

  // A link to a closed part opens it.
  const open = () => {
    const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
    if (target instanceof HTMLDetailsElement) { target.open = true; }
  };
  addEventListener("hashchange", open);
  open();
})();
