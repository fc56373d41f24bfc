// Starts the page's module. A classic script, because browsers refuse modules on file:// pages;
// there the page stays as it was rendered, which is whole. It runs before anything is painted, so
// that a page which its module will rearrange can be laid out for that from the first (.scripted).
// What the module imports, at any depth, is asked for at once: else each import waits for the script
// that it stands in.
(function () {
  "use strict";
  var script = document.currentScript;
  var root = document.documentElement;
  if (location.protocol === "file:" || !("noModule" in script)) return;
  var at = function (name) { return new URL(name, script.src).href; };
  root.classList.add("scripted");
  script.dataset.needs.split(" ").filter(Boolean).forEach(function (name) {
    var link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = at(name);
    document.head.append(link);
  });
  var parsed = new Promise(function (resolve) {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", resolve);
    else resolve();
  });
  Promise.all([import(at(script.dataset.module + ".js")), parsed]).then(function (both) {
    return both[0].start();
  }).finally(function () {
    root.classList.remove("scripted");
  });
})();
