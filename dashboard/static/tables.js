// Tells each cell of a table which column it stands in, so that on a phone a row can stand as a card of names and values
// (phone.css), and says what each part is, because some browsers forget that once it is no longer laid out as a table.
// Done here and not on the server, because a page of records would carry every name fifty times over the wire.
(() => {
  const LISTED = "table.ub-table, table.ub-scorecard, table.ub-kpi-rows";
  const words = (cell) => {
    const walk = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walk.nextNode()) if (walk.currentNode.data.trim()) found.push(walk.currentNode.data.trim());
    return found.join(" ");
  };
  const is = (element, role) => element.setAttribute("role", role);
  const tell = (table) => {
    is(table, "table");
    const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
    const names = heads.map(words);
    for (const part of [table.tHead, ...table.tBodies]) if (part) is(part, "rowgroup");
    for (const row of table.rows) is(row, "row");
    for (const head of heads) is(head, "columnheader");
    for (const body of table.tBodies)
      for (const row of body.rows)
        [...row.cells].forEach((cell, column) => {
          is(cell, cell.tagName === "TH" ? "rowheader" : "cell");
          if (column > 0) cell.dataset.label = names[column] ?? "";
        });
  };
  const within = (node) => {
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    if (node.matches(LISTED)) tell(node);
    else node.querySelectorAll(LISTED).forEach(tell);
  };
  new MutationObserver((changes) => {
    for (const change of changes) change.addedNodes.forEach(within);
  }).observe(document.documentElement, { subtree: true, childList: true });
  within(document.body);
})();
