
"use strict";
// The OpenAPI document, shown and tried. Texts of plugins come into the page as text, never as markup.

const DEPTH = 6; // of a schema that is shown
const SHOWN = 256 * 1024; // characters of an answer
let token = "";
let whole = {};

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value == null) continue;
    made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
}

const byId = (id) => document.getElementById(id);
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

function say(text, isBad = false) {
  byId("status").textContent = text;
  byId("status").className = isBad ? "bad" : "";
}

// What a reference leads to, as far as it leads into the document.
function resolve(value) {
  for (let steps = 0; isObject(value) && typeof value.$ref === "string" && steps < 8; steps++) {
    let at = whole;
    for (const part of value.$ref.replace(/^#\//, "").split("/")) {
      const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
      at = isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
    }
    value = at;
  }
  return isObject(value) ? value : {};
}

const nameOf = (schema) => (isObject(schema) && schema.$ref ? String(schema.$ref).split("/").pop() : "");

// A schema in a few lines: what is there, of which type, and what it means.
function outline(schema, indent = "", depth = 0) {
  if (schema === true || schema === undefined) return "anything";
  if (schema === false) return "nothing";
  const name = nameOf(schema);
  if (depth > DEPTH) return name || "…";
  schema = resolve(schema);
  if ("const" in schema) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  for (const key of ["oneOf", "anyOf"]) {
    if (Array.isArray(schema[key])) {
      return schema[key].map((one) => outline(one, indent, depth + 1)).join(`\n${indent}or `);
    }
  }
  if (Array.isArray(schema.allOf)) {
    return schema.allOf.map((one) => outline(one, indent, depth + 1)).join(`\n${indent}and `);
  }
  const types = [schema.type ?? (schema.properties ? "object" : "anything")].flat();
  return types.map((type) => {
    if (type === "array") return `list of ${outline(schema.items, indent, depth + 1)}`;
    if (type !== "object") return schema.format ? `${type} (${schema.format})` : String(type);
    return members(schema, indent, depth);
  }).join(" or ");
}

function members(schema, indent, depth) {
  const deeper = indent + "  ";
  const required = [schema.required ?? []].flat();
  const lines = Object.entries(isObject(schema.properties) ? schema.properties : {}).map(([key, value]) => {
    const about = String(resolve(value).description ?? "").split("\n")[0];
    const mark = required.includes(key) ? "" : "?";
    return `${deeper}${key}${mark}: ${outline(value, deeper, depth + 1)}${about ? `  — ${about}` : ""}`;
  });
  if (isObject(schema.additionalProperties)) {
    lines.push(`${deeper}…: ${outline(schema.additionalProperties, deeper, depth + 1)}`);
  }
  return lines.length ? `{\n${lines.join("\n")}\n${indent}}` : "object";
}

// A value to begin with, where one has to be written.
function sample(schema, depth = 0) {
  schema = resolve(schema);
  if (depth > DEPTH) return null;
  if ("default" in schema) return schema.default;
  if ("example" in schema) return schema.example;
  if (Array.isArray(schema.examples) && schema.examples.length) return schema.examples[0];
  if ("const" in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const choice = schema.oneOf?.[0] ?? schema.anyOf?.[0];
  if (choice) return sample(choice, depth + 1);
  if (Array.isArray(schema.allOf)) {
    return Object.assign({}, ...schema.allOf.map((one) => sample(one, depth + 1)).filter(isObject));
  }
  const type = [schema.type].flat()[0];
  if (type === "object" || schema.properties) {
    const required = [schema.required ?? []].flat();
    const wanted = Object.entries(schema.properties ?? {}).filter(([key]) => required.includes(key));
    return Object.fromEntries(wanted.map(([key, value]) => [key, sample(value, depth + 1)]));
  }
  return { array: [], string: "", integer: 0, number: 0, boolean: false }[type] ?? null;
}

function parameterRow(parameter, prefix) {
  const schema = resolve(parameter.schema);
  const id = `${prefix}-${parameter.in}-${parameter.name}`;
  const input = element("input", {
    id, required: parameter.required === true, spellcheck: "false", autocomplete: "off",
    placeholder: "default" in schema ? String(schema.default) : null,
  });
  const row = element("tr", {},
    element("td", {}, element("label", { for: id }, element("code", {}, String(parameter.name))),
      element("div", { class: "soft" }, `${parameter.in}${parameter.required ? ", needed" : ""}`)),
    element("td", {}, outline(parameter.schema),
      element("div", { class: "soft" }, String(parameter.description ?? ""))),
    element("td", {}, input));
  return { parameter, input, row };
}

function responses(operation) {
  return Object.entries(operation.responses ?? {}).map(([status, response]) => {
    response = resolve(response);
    const kinds = Object.entries(response.content ?? {});
    return element("div", {},
      element("h3", {}, `${status} `, element("span", { class: "soft" }, String(response.description ?? ""))),
      ...kinds.map(([kind, media]) => element("details", {},
        element("summary", {}, `${kind} ${nameOf(media.schema)}`),
        element("div", { class: "inside" }, element("pre", { tabindex: "0" }, outline(media.schema))))));
  });
}

// What is sent: the path with its parameters filled in, on this server and no other.
function request(path, rows, body, kind) {
  const query = new URLSearchParams();
  const headers = new Headers({ Authorization: `Bearer ${token}` });
  for (const { parameter, input } of rows) {
    if (parameter.in === "path") {
      path = path.replaceAll(`{${parameter.name}}`, () => encodeURIComponent(input.value));
    } else if (input.value !== "" && parameter.in === "query") {
      query.append(parameter.name, input.value);
    } else if (input.value !== "" && parameter.in === "header") {
      headers.set(parameter.name, input.value);
    }
  }
  const url = new URL(path, location.origin);
  if (url.origin !== location.origin) throw new Error("the path leads to another server");
  url.search = query.toString();
  if (body && body.value !== "") headers.set("Content-Type", kind);
  return [url, { headers, body: body && body.value !== "" ? body.value : undefined, cache: "no-store" }];
}

async function show(response, out) {
  const type = response.headers.get("content-type") ?? "";
  const head = [`${response.status} ${response.statusText}`, ...[...response.headers].map(([k, v]) => `${k}: ${v}`)];
  out.textContent = `${head.join("\n")}\n\n`;
  let text = "";
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (let piece = await reader?.read(); piece && !piece.done; piece = await reader.read()) {
    text += piece.value;
    if (text.length > SHOWN) {
      out.append(`${piece.value.slice(0, SHOWN)}\n… (more is not shown)`);
      await reader.cancel();
      return;
    }
    out.append(piece.value);
  }
  if (/[/+]json\b/.test(type) && text) {
    try {
      out.textContent = `${head.join("\n")}\n\n${JSON.stringify(JSON.parse(text), null, 2)}`;
    } catch { /* It is shown as it came. */ }
  }
}

function tryIt(method, path, rows, body, kind) {
  const out = element("pre", { hidden: true, tabindex: "0", "aria-label": "Answer", "aria-live": "polite" });
  const stop = element("button", { type: "button", hidden: true }, "Stop");
  const form = element("form", { method: "post" },
    element("div", { class: "row" }, element("button", {}, "Send"), stop), out);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const missing = rows.find(({ input }) => !input.checkValidity());
    if (missing) return missing.input.reportValidity();
    const ending = new AbortController();
    stop.onclick = () => ending.abort();
    stop.hidden = out.hidden = false;
    out.textContent = "…";
    try {
      const [url, options] = request(path, rows, body, kind);
      await show(await fetch(url, { ...options, method: method.toUpperCase(), signal: ending.signal }), out);
    } catch (error) {
      out.append(`\n${ending.signal.aborted ? "stopped" : error.message}`);
    }
    stop.hidden = true;
  });
  return form;
}

function operationView(path, method, operation, index) {
  const prefix = `op-${index}`;
  const rows = [operation.parameters ?? []].flat().map((one) => parameterRow(resolve(one), prefix));
  const [kind, media] = Object.entries(resolve(operation.requestBody).content ?? {})[0] ?? [];
  const first = kind && /json/.test(kind) ? JSON.stringify(sample(media.schema), null, 2) : "";
  const body = kind && element("textarea", { id: `${prefix}-body`, rows: "6", spellcheck: "false" }, first);
  const view = element("details", { "data-words": `${method} ${path} ${operation.summary ?? ""}`.toLowerCase() },
    element("summary", {}, element("span", { class: "method" }, method.toUpperCase()), " ",
      element("span", { class: "path" }, path), element("span", { class: "what" }, String(operation.summary ?? ""))));
  // Most are never opened.
  view.addEventListener("toggle", () => {
    if (view.childElementCount > 1) return;
    view.append(element("div", { class: "inside" },
      operation.description && element("p", {}, String(operation.description)),
      rows.length ? element("table", { "aria-label": "Parameters" }, ...rows.map(({ row }) => row)) : null,
      body && element("h3", {}, element("label", { for: `${prefix}-body` }, `Body (${kind}) ${nameOf(media.schema)}`)),
      body && element("details", {}, element("summary", {}, "Schema"),
        element("div", { class: "inside" }, element("pre", { tabindex: "0" }, outline(media.schema)))),
      body, tryIt(method, path, rows, body, kind), ...responses(operation)));
  });
  return view;
}

function draw() {
  const groups = new Map((whole.tags ?? []).map((tag) => [tag.name, { about: tag.description, views: [] }]));
  let index = 0;
  for (const [path, item] of Object.entries(whole.paths ?? {})) {
    for (const [method, operation] of Object.entries(item)) {
      const tag = operation.tags?.[0] ?? "others";
      if (!groups.has(tag)) groups.set(tag, { about: "", views: [] });
      groups.get(tag).views.push(operationView(path, method, operation, index++));
    }
  }
  const shown = [...groups].filter(([, group]) => group.views.length);
  byId("operations").replaceChildren(...shown.map(([tag, { about, views }]) =>
    element("section", { "aria-label": tag }, element("h2", {}, tag), element("p", {}, String(about ?? "")), ...views)));
  byId("search").hidden = false;
  say(`${whole.info?.title} ${whole.info?.version}: ${index} operations`);
}

byId("filter").addEventListener("input", (event) => {
  const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const section of byId("operations").children) {
    const views = [...section.querySelectorAll(":scope > details")];
    for (const view of views) view.hidden = !words.every((word) => view.dataset.words.includes(word));
    section.hidden = views.every((view) => view.hidden);
  }
});

byId("enter").addEventListener("submit", async (event) => {
  event.preventDefault();
  token = byId("token").value.trim();
  say("Reading /openapi.json …");
  try {
    const response = await fetch("/openapi.json", { headers: { Authorization: `Bearer ${token}` }, cache: "no-store" });
    const answer = await response.json();
    if (!response.ok) return say(`${answer.detail} ${answer.remedy ?? ""}`, true);
    whole = answer;
    draw();
  } catch (error) {
    say(`The server can't be asked: ${error.message}`, true);
  }
});
