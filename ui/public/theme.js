// Runs before the first paint: the theme a person chose, and which boot picture the page shows.
(function () {
  var d = document.documentElement, t = null;
  try { t = localStorage.getItem("assay.theme"); } catch (e) {}
  d.dataset.theme = t === "dark" || t === "light" ? t : matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  d.dataset.boot = location.pathname.indexOf("/o/") === 0 ? "console" : "plain";
})();
