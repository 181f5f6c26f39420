/* What a map page does: fits the map, keeps it over its data, follows the list, the legend and the choice of colours, and prepares for print. */
function geoDispatchPage(map, base, layers, fitted, drawn) {
  "use strict";
  const root = document.documentElement, choice = document.getElementById("theme");
  const asked = (query) => window.matchMedia(query).matches;
  const preferred = () => (asked("(prefers-contrast: more)") ? "contrast" : asked("(prefers-color-scheme: dark)") ? "dark" : "light");
  const wear = (theme) => { root.dataset.theme = theme; base.setTheme(theme); };
  const fit = () => {
    map.setMinZoom(0).fitBounds(fitted, { padding: [30, 30], maxZoom: 17, animate: false });
    map.setMinZoom(Math.min(map.getZoom(), map.getBoundsZoom(drawn, true)));
  };
  choice.value = preferred();
  choice.addEventListener("change", () => wear(choice.value));
  wear(choice.value);
  map.setMaxBounds(drawn);
  fit();
  document.querySelectorAll("button.step").forEach((b) => b.addEventListener("click", () => {
    map.setView([+b.dataset.lat, +b.dataset.lon], Math.max(map.getZoom(), 16));
  }));
  document.querySelectorAll("input[data-layer]").forEach((box) => box.addEventListener("change", () => {
    const layer = layers[box.dataset.layer];
    if (box.checked) { map.addLayer(layer); } else { map.removeLayer(layer); }
  }));
  const print = (on) => () => {
    document.body.classList.toggle("printing", on);
    wear(on ? "light" : choice.value);
    map.invalidateSize({ animate: false });
    fit();
  };
  window.addEventListener("beforeprint", print(true));
  window.addEventListener("afterprint", print(false));
}
