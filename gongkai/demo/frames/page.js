// Page numbers of a list: page 0 is name.ext, page k is name_k.ext.
function createPageHTML(count, current, name, ext) {
  for (var k = 0; k < count; k++) {
    var address = (k === 0 ? name : name + "_" + k) + "." + ext;
    document.write(k === current ? "<b>" + (k + 1) + "</b> " : '<a href="' + address + '">' + (k + 1) + "</a> ");
  }
}
