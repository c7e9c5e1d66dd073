// The journey of a call: the stages that the server names in Server-Timing, one after another.

/** `[{ name, duration }]` in the order of the header, durations in milliseconds. */
function timingsOf(header) {
  const metrics = (header ?? "").split(",").map((one) => one.split(";").map((part) => part.trim()));
  return metrics
    .map(([name, ...parameters]) => ({
      name,
      duration: Number(parameters.find((one) => one.toLowerCase().startsWith("dur="))?.slice(4)),
    }))
    .filter(({ name, duration }) => name !== "" && Number.isFinite(duration));
}

/** Each stage with its beginning. `database-wait` is a part of the `database` before it. */
function stagesOf(timings) {
  const stages = [];
  let [end, outer, inner] = [0, null, 0];
  for (const { name, duration } of timings.filter((one) => one.name !== "total")) {
    if (outer !== null && name.startsWith(`${outer.name}-`)) {
      stages.push({ name: name.slice(outer.name.length + 1), duration, begin: inner, part: true });
      inner += duration;
    } else {
      outer = { name, duration, begin: end, part: false };
      stages.push(outer);
      [inner, end] = [end, end + duration];
    }
  }
  return stages;
}

/** The stages as bars; `null` when the server tells none, as it does to callers from elsewhere. */
function journeyView(response, took) {
  const timings = timingsOf(response.headers.get("server-timing"));
  const stages = stagesOf(timings);
  if (stages.length === 0) return null;
  const told = timings.find((one) => one.name === "total")?.duration ?? 0;
  const total = Math.max(told, ...stages.map((stage) => stage.begin + stage.duration), 0.001);
  const row = (stage) => {
    const bar = element("span", { class: "stage-bar" });
    bar.style.setProperty("--begin", `${(100 * stage.begin) / total}%`);
    bar.style.setProperty("--width", `${(100 * stage.duration) / total}%`);
    return element("tr", { class: stage.part ? "part" : null },
      element("th", { scope: "row" }, stage.name),
      element("td", { class: "lane", "aria-hidden": "true" }, bar),
      element("td", { class: "number" }, stage.duration.toFixed(3)));
  };
  const rest = Math.max(took - total, 0);
  return element("section", { class: "journey" },
    element("h3", {}, "Journey"),
    element("p", { class: "muted" }, `${milliseconds(total)} in the server, ${milliseconds(rest)} on the way and in the browser`),
    element("table", {},
      element("caption", { class: "hidden" }, "Stages of the call in the server, in milliseconds"),
      element("tbody", {}, stages.map(row))),
    statementView(response));
}

/** Asks for the record of the call, which holds the SQL text without values. */
function statementView(response) {
  const id = response.headers.get("x-request-id");
  if (id === null) return null;
  const address = `/admin/v1/journeys/${encodeURIComponent(id)}`;
  const shown = element("div", { role: "status" });
  const ask = async () => {
    const record = await fetch(address, { cache: "no-store" }).then((one) => (one.ok ? one.json() : null), () => null);
    if (record === null) shown.replaceChildren("The record of this call is not kept.");
    else if (typeof record.sql !== "string") shown.replaceChildren("This call reached no database.");
    else shown.replaceChildren(element("pre", { class: "sql", tabindex: "0" }, record.sql));
  };
  return [
    element("p", { class: "links" },
      element("button", { type: "button", class: "quiet", onclick: ask }, "Show the SQL"),
      element("a", { href: address, target: "_blank", rel: "noopener" }, "Whole record")),
    shown,
  ];
}
