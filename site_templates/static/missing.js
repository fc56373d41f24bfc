// Turns the links of the missing page, whatever its depth, to lead from the site's root, which is
// where this script lies in static/.
(function () {
  "use strict";
  var root = new URL("../", document.currentScript.src);
  document.querySelectorAll("a[href], form[action]").forEach(function (each) {
    var name = each.tagName === "FORM" ? "action" : "href";
    var address = each.getAttribute(name);
    if (!/^([a-z]+:|#|\/)/i.test(address)) each.setAttribute(name, new URL(address, root).href);
  });
})();
