// Starts the page's module. A classic script, because browsers refuse modules on file:// pages;
// there the page stays as it was rendered, which is whole.
(function () {
  "use strict";
  var script = document.currentScript;
  if (location.protocol === "file:" || !("noModule" in script)) return;
  import(new URL(script.dataset.module + ".js", script.src).href).then(function (module) {
    module.start();
  });
})();
