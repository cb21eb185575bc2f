// Puts Chinese in place of what Streamlit's own front end says in English; window.ubWords stands in front of this file.
// What the pages themselves say is left alone, and with English chosen everything is put back.
(() => {
  const { words, patterns } = window.ubWords;
  const chinese = new Map(Object.entries(words));
  const english = new Map(Object.entries(words).map(([one, other]) => [other, one]));
  const changing = patterns.map(([pattern, put]) => [new RegExp(`^${pattern}$`), put]);
  const OURS = ".ub-linked, .ub-tiles, .stHtml, .js-plotly-plot, textarea, script, style";
  const NAMES = ["aria-label", "title", "placeholder", "alt"];
  const isEnglish = () => document.documentElement.lang.startsWith("en");

  const said = (text) => {
    const plain = text.trim();
    if (!plain || plain.length > 200) return null;
    if (isEnglish()) return english.get(plain) ?? null;
    if (!/[A-Za-z]/.test(plain)) return null;
    const known = chinese.get(plain);
    if (known) return known;
    for (const [pattern, put] of changing) if (pattern.test(plain)) return plain.replace(pattern, put);
    return null;
  };
  const textNode = (node) => {
    if (node.parentElement?.closest(OURS)) return;
    const put = said(node.data);
    if (put !== null && put !== node.data) node.data = put;
  };
  const names = (element) => {
    if (element.closest(OURS)) return;
    for (const name of NAMES) {
      const value = element.getAttribute(name);
      const put = value && said(value);
      if (put && put !== value) element.setAttribute(name, put);
    }
  };
  const all = (root) => {
    if (root.nodeType === Node.TEXT_NODE) return textNode(root);
    if (root.nodeType !== Node.ELEMENT_NODE || root.closest(OURS)) return;
    names(root);
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, (node) =>
      node.nodeType === Node.ELEMENT_NODE && node.matches(OURS) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
    while (walk.nextNode()) walk.currentNode.nodeType === Node.TEXT_NODE ? textNode(walk.currentNode) : names(walk.currentNode);
  };
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "characterData") textNode(change.target);
      else if (change.type === "attributes" && change.attributeName === "lang") {
        if (change.target === document.documentElement) all(document.body);
      } else if (change.type === "attributes") names(change.target);
      else change.addedNodes.forEach(all);
    }
  }).observe(document.documentElement, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: [...NAMES, "lang"],
  });
  all(document.body);
})();
