// The page: reads the document, lists what is in it, shows what the address names.

const byId = (id) => document.getElementById(id);
const content = byId("content");
const phone = matchMedia("(max-width: 52rem)");

function show() {
  const slug = decoded(location.hash.slice(1));
  const operation = api.operations.get(slug);
  const views = operation ? operationView(operation) : slug === "" ? overview() : notThere(slug);
  content.replaceChildren();
  append(content, views);
  const title = String(api.document.info?.title ?? "API");
  document.title = operation ? `${operation.method.toUpperCase()} ${operation.path} · ${title}` : title;
  for (const link of byId("groups").querySelectorAll("a")) {
    const current = operation !== undefined && link.hash === `#${encodeURIComponent(slug)}`;
    if (current) {
      link.setAttribute("aria-current", "page");
      link.closest("details").open = true;
      link.scrollIntoView({ block: "nearest" });
    } else link.removeAttribute("aria-current");
  }
  openMenu(false);
  scrollTo(0, 0);
}

function notThere(slug) {
  return [
    element("h1", { tabindex: "-1" }, "Nothing is here"),
    element("p", {}, "There is no operation ", element("code", {}, slug), " any more."),
    element("p", {}, element("a", { href: "#" }, "What there is")),
  ];
}

function overview() {
  const { info } = api.document;
  const base = location.origin + api.base;
  return [
    element("header", { class: "head" },
      element("h1", { tabindex: "-1" }, String(info?.title ?? "API")),
      prose(info?.description ?? info?.summary)),
    element("div", { class: "boxed base" }, copyButton("the base address", () => base), element("pre", {}, base)),
    api.groups.map((group) => element("section", { class: "group" },
      element("h2", {}, group.name),
      prose(group.about, "muted"),
      element("ul", { class: "lines" }, group.operations.map((operation) =>
        element("li", {}, element("a", { href: `#${encodeURIComponent(operation.slug)}` },
          badge(operation.method), element("code", {}, operation.path), element("span", {}, operation.summary))))))),
  ];
}

/** The side list. All groups are made once; searching hides. */
function listGroups() {
  const line = (operation) => element("li", {}, element("a", {
    href: `#${encodeURIComponent(operation.slug)}`, title: operation.path,
  }, badge(operation.method), element("span", {}, operation.summary)));
  const made = api.groups.map((group) => element("li", {},
    element("details", { class: "bare", open: api.groups.length < 3 },
      element("summary", {}, element("span", {}, group.name), element("span", { class: "count" }, String(group.operations.length))),
      element("ul", {}, group.operations.map(line)))));
  byId("groups").replaceChildren(...made);
}

const textOf = (operation) => [operation.tag, operation.method, operation.path, operation.summary, operation.description,
  ...operation.parameters.map((one) => one.name)].join(" ").toLowerCase();

/** Every word has to occur in what an operation says of itself. */
function search() {
  const words = byId("search").value.toLowerCase().split(/\s+/).filter((word) => word !== "");
  let found = 0;
  [...byId("groups").children].forEach((item, index) => {
    const lines = [...item.querySelectorAll("li")];
    api.groups[index].operations.forEach((operation, place) => {
      const text = words.length > 0 ? textOf(operation) : "";
      lines[place].hidden = !words.every((word) => text.includes(word));
    });
    const left = lines.filter((one) => !one.hidden).length;
    item.hidden = left === 0;
    found += left;
    const details = item.firstElementChild;
    details.open = words.length > 0 ? left > 0 : details.querySelector("[aria-current]") !== null;
  });
  byId("found").textContent = words.length > 0 ? `${counted(found, "operation")} found` : "";
}

function openMenu(open) {
  byId("menu").setAttribute("aria-expanded", String(open));
  byId("side").classList.toggle("open", open);
}

function listen() {
  addEventListener("hashchange", () => { show(); content.querySelector("h1")?.focus({ preventScroll: true }); });
  byId("search").addEventListener("input", search);
  byId("search").addEventListener("keydown", (event) => {
    const first = byId("groups").querySelector("li:not([hidden]) li:not([hidden]) a");
    if (event.key === "Enter" && first !== null) first.click();
    if (event.key === "Escape") { event.target.value = ""; search(); }
  });
  addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (phone.matches) openMenu(true);
    byId("search").focus();
  });
  byId("menu").addEventListener("click", () => openMenu(byId("menu").getAttribute("aria-expanded") === "false"));
  byId("skip").addEventListener("click", () => (content.querySelector("h1") ?? content).focus());
  const panel = byId("credentials");
  addEventListener("click", (event) => { if (!panel.contains(event.target)) panel.open = false; });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (panel.contains(document.activeElement)) panel.firstElementChild.focus();
    panel.open = false;
    openMenu(false);
  });
  for (const name of ["token", "key"]) {
    byId(name).addEventListener("input", (event) => {
      credentials[name] = event.target.value.trim();
      const given = [credentials.token && "token", credentials.key && "key"].filter(Boolean);
      byId("credentials-state").textContent = given.join(", ") || "none";
      content.querySelector("form")?.dispatchEvent(new Event("input"));
    });
  }
}

async function start() {
  try {
    const answer = await fetch("/openapi.json", { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    read(await answer.json());
  } catch (error) {
    content.replaceChildren(element("p", { class: "mistake", role: "alert" },
      `The description of the API cannot be read: ${error.message}. Look at `, element("a", { href: "/openapi.json" }, "/openapi.json"), "."));
    return;
  }
  const { info } = api.document;
  for (const place of document.querySelectorAll("[data-title]")) place.textContent = String(info?.title ?? "API");
  byId("version").textContent = info?.version === undefined ? "" : `version ${info.version}`;
  listGroups();
  listen();
  show();
}

start();
