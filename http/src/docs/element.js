// Elements of the page, made from text alone: no text of the document ever becomes markup.

/** An element: attributes by name, listeners as `onclick`, children as elements, texts or lists of them. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === "function") made.addEventListener(attribute.slice(2), value);
    else made.setAttribute(attribute, value === true ? "" : value);
  }
  append(made, children);
  return made;
}

function append(parent, children) {
  for (const child of [children].flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) parent.append(child);
  }
}

/** Paragraphs, with `code` between backticks; nothing else is read as markup. */
function prose(text, className = "prose") {
  const paragraphs = String(text ?? "").split(/\n\s*\n/).filter((one) => one.trim() !== "");
  return paragraphs.map((one) => element("p", { class: className }, coded(one)));
}

function coded(text) {
  const parts = text.split("`");
  // An odd backtick stands for itself.
  if (parts.length % 2 === 0) return [text];
  return parts.map((part, index) => (index % 2 === 1 ? element("code", {}, part) : part));
}

/** A part that is made when it is opened for the first time. */
function folded(attributes, summary, made) {
  const details = element("details", attributes, summary);
  details.addEventListener("toggle", () => {
    if (details.open && details.childElementCount === 1) append(details, [made()]);
  });
  return details;
}

function badge(method) {
  return element("span", { class: `method ${method}` }, method.toUpperCase());
}

/** A button that copies what the function gives. */
function copyButton(what, text) {
  const said = element("span", { class: "hidden", role: "status" });
  const button = element("button", {
    type: "button",
    class: "quiet copy",
    "aria-label": `Copy ${what}`,
    onclick: async () => {
      const copied = await navigator.clipboard.writeText(text()).then(() => true, () => false);
      button.firstChild.data = copied ? "Copied" : "Not possible";
      said.textContent = copied ? "Copied" : "The browser did not allow copying";
      setTimeout(() => { button.firstChild.data = "Copy"; said.textContent = ""; }, 1500);
    },
  }, "Copy", said);
  return button;
}

function milliseconds(duration) {
  const digits = duration < 10 ? 2 : duration < 100 ? 1 : 0;
  return `${duration.toFixed(digits)} ms`;
}
