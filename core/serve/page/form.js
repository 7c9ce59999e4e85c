// Forms from JSON Schemas: what a tool, an agent or a route wants to be told. What is wrong is said beside its field.
import { field, h, plural, select } from "./dom.js";

const DEEPEST = 2;  // objects within each other that get fields of their own; deeper ones are written as JSON

/** The words of a name: "max_tokens" becomes "Max tokens". */
const wordsOf = (name) => { const words = String(name).replace(/[_-]+/g, " ").trim() || String(name); return words.charAt(0).toUpperCase() + words.slice(1); };

/** The type of a schema that may allow null as well. */
const typeOf = (schema) => [schema.type].flat().find((one) => one && one !== "null") ?? (schema.properties ? "object" : "string");
const isPlain = (schema) => ["string", "integer", "number"].includes(typeOf(schema)) && !schema.properties;

/** What a schema lets choose from: pairs of a value and its name; nothing where it is no choice. */
function choicesOf(schema) {
  if (schema.const !== undefined) return [[schema.const, String(schema.const)]];
  if (Array.isArray(schema.enum)) return schema.enum.map((one, i) => [one, schema.enumNames?.[i] ?? (typeof one === "string" ? one : JSON.stringify(one))]);
  const named = (schema.oneOf ?? schema.anyOf)?.filter((one) => one?.const !== undefined);
  return named?.length ? named.map((one) => [one.const, one.title ?? String(one.const)]) : null;
}

/** One field: `read(faults)` gives its value, or undefined for none, and adds what is wrong as [path, message]. */
class Field {
  constructor(path, schema, control, node, value) {
    Object.assign(this, { path, schema, control, node, value });
    this.fault = h("p", { class: "fault", id: `${control.id}-fault`, hidden: true });
    node.append(this.fault);
    node.addEventListener("input", () => this.say(""));
  }

  read(faults) {
    try {
      return this.value();
    } catch (error) {
      faults.push([this.path, error.message]);
      return undefined;
    }
  }

  all() { return [this]; }

  say(message) {
    this.fault.textContent = message;
    this.fault.hidden = !message;
    const others = (this.control.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== this.fault.id);
    const described = [...others, ...(message ? [this.fault.id] : [])].join(" ");
    if (described) this.control.setAttribute("aria-describedby", described); else this.control.removeAttribute("aria-describedby");
    if (this.control.matches("fieldset")) return;  // is described, and has no validity of its own
    if (message) this.control.setAttribute("aria-invalid", "true"); else this.control.removeAttribute("aria-invalid");
  }
}

/** A group of fields under one name: those of an object within an object. */
class Group {
  constructor(path, node, fields, required) { Object.assign(this, { path, node, fields, required }); }
  read(faults) {
    const found = [], read = this.fields.read(found);
    // An optional group that nobody has written into is left out, with what it would require.
    if (!this.required && Object.keys(read).length === 0) return undefined;
    faults.push(...found);
    return read;
  }
  all() { return this.fields.all(); }
}

const missing = (what = "Say something here.") => { throw new Error(what); };

function checkText(text, schema) {
  const length = [...text].length;
  if (schema.minLength > length) throw new Error(`At least ${plural(schema.minLength, "character")}, please.`);
  if (schema.maxLength < length) throw new Error(`At most ${plural(schema.maxLength, "character")}; these are ${length}.`);
  if (schema.pattern && !fits(schema.pattern, text)) throw new Error(`It must have the form ${schema.pattern}.`);
  if (schema.format === "email" && !/^[^\s@]+@[^\s@]+$/.test(text)) throw new Error("It must be an e-mail address.");
  if (schema.format === "uri" && !URL.canParse(text)) throw new Error("It must be an address, such as https://example.org/.");
  return text;
}

/** Whether a text has a pattern; true where the browser cannot read the pattern, or it might take for ever. */
function fits(pattern, text) {
  if (pattern.length > 200 || text.length > 2000) return true;
  try { return new RegExp(pattern, "u").test(text); } catch { return true; }
}

function checkedNumber(text, schema) {
  const value = Number(text);
  if (!Number.isFinite(value)) throw new Error(`“${text}” is not a number.`);
  if (typeOf(schema) === "integer" && !Number.isInteger(value)) throw new Error("It must be a whole number.");
  if (value < schema.minimum) throw new Error(`At least ${schema.minimum}.`);
  if (value > schema.maximum) throw new Error(`At most ${schema.maximum}.`);
  if (value <= schema.exclusiveMinimum) throw new Error(`More than ${schema.exclusiveMinimum}.`);
  if (value >= schema.exclusiveMaximum) throw new Error(`Less than ${schema.exclusiveMaximum}.`);
  return value;
}

function checkedList(values, schema) {
  if (values.length < schema.minItems) throw new Error(`At least ${plural(schema.minItems, "entry", "entries")}, please.`);
  if (values.length > schema.maxItems) throw new Error(`At most ${plural(schema.maxItems, "entry", "entries")}.`);
  if (schema.uniqueItems && new Set(values.map((one) => JSON.stringify(one))).size < values.length) throw new Error("No entry may be there twice.");
  return values;
}

/** Controls that belong together, with a name and a hint: those of a list of choices, or of an object. */
function fieldset(label, hint, ...content) {
  const id = `f${field.next++}`;
  return h("fieldset", { id, "aria-describedby": hint ? `${id}-hint` : null }, h("legend", { dir: "auto" }, label), hint && h("p", { class: "hint", id: `${id}-hint`, dir: "auto" }, hint), content);
}

const withNote = (hint, note) => [hint, note].filter(Boolean).join(" ");

function choiceField(at, choices) {
  const { schema, label, hint, initial, required } = at;
  const written = choices.map(([value]) => JSON.stringify(value)), first = initial === undefined ? "" : JSON.stringify(initial);
  const control = select([...(required && first ? [] : [["", required ? "Choose …" : "–"]]), ...choices.map(([, name], i) => [written[i], name])], written.includes(first) ? first : "", { "aria-required": required ? "true" : null });
  return new Field(at.path, schema, control, field(label, control, hint), () => (control.value ? JSON.parse(control.value) : required ? missing("Choose one.") : undefined));
}

function booleanField(at) {
  const control = h("input", { type: "checkbox", checked: Boolean(at.initial), id: `f${field.next++}` });
  const hint = at.hint && h("p", { class: "hint", id: `${control.id}-hint`, dir: "auto" }, at.hint);
  if (hint) control.setAttribute("aria-describedby", hint.id);
  let touched = at.required || at.initial !== undefined;
  control.addEventListener("input", () => { touched = true; });
  return new Field(at.path, at.schema, control, h("div", { class: "field check" }, h("label", { dir: "auto" }, control, ` ${at.label}`), hint), () => (touched ? control.checked : undefined));
}

function numberField(at) {
  const { schema, label, hint, initial, required } = at;
  const control = h("input", { type: "text", inputmode: "decimal", "aria-required": required ? "true" : null, value: initial ?? "", autocomplete: "off" });
  const range = [schema.minimum !== undefined && `at least ${schema.minimum}`, schema.maximum !== undefined && `at most ${schema.maximum}`].filter(Boolean).join(", ");
  return new Field(at.path, schema, control, field(label, control, withNote(hint, range && `${range.charAt(0).toUpperCase()}${range.slice(1)}.`)),
    () => { const text = control.value.trim(); return text ? checkedNumber(text, schema) : required ? missing("A number is needed.") : undefined; });
}

function textField(at) {
  const { schema, label, hint, initial, required, name } = at;
  const isLong = (schema.maxLength ?? 200) > 1000 || String(initial ?? "").includes("\n"), isSecret = /password|secret/i.test(name) || schema.format === "password";
  const type = isSecret ? "password" : { email: "email", date: "date", time: "time" }[schema.format] ?? "text";
  const control = isLong ? h("textarea", { rows: "3", dir: "auto" }) : h("input", { type, dir: "auto", autocomplete: isSecret ? "new-password" : "off" });
  if (required) control.setAttribute("aria-required", "true");
  control.value = initial ?? "";
  const mayBeEmpty = required && schema.minLength === 0;
  return new Field(at.path, schema, control, field(label, control, hint), () => (control.value || mayBeEmpty ? checkText(control.value, schema) : required ? missing() : undefined));
}

function listField(at) {
  const { schema, label, hint, required } = at, items = schema.items ?? {}, initial = at.initial ?? [], choices = choicesOf(items);
  if (choices) {
    const written = initial.map((one) => JSON.stringify(one));
    const boxes = choices.map(([value, name]) => [value, h("input", { type: "checkbox", checked: written.includes(JSON.stringify(value)) }), name]);
    const node = fieldset(label, hint, h("div", { class: "row" }, boxes.map(([, box, name]) => h("label", { class: "facet", dir: "auto" }, box, ` ${name}`))));
    return new Field(at.path, schema, node, node, () => { const chosen = boxes.filter(([, box]) => box.checked).map(([value]) => value); return chosen.length || required ? checkedList(chosen, schema) : undefined; });
  }
  if (!isPlain(items)) return jsonField({ ...at, initial: initial.length ? initial : undefined });
  const control = h("textarea", { rows: "2", dir: "auto" });
  control.value = initial.join("\n");
  return new Field(at.path, schema, control, field(label, control, withNote(hint, "One on each line.")), () => {
    const lines = control.value.split("\n").map((line) => line.trim()).filter(Boolean);
    if (!lines.length && !required) return undefined;
    return checkedList(lines.map((line) => (typeOf(items) === "string" ? checkText(line, items) : checkedNumber(line, items))), schema);
  });
}

function jsonField(at) {
  const control = h("textarea", { rows: "4", class: "code", spellcheck: "false", dir: "ltr" });
  control.value = at.initial === undefined ? "" : JSON.stringify(at.initial, null, 2);
  return new Field(at.path, at.schema, control, field(at.label, control, withNote(at.hint, "As JSON.")), () => {
    if (!control.value.trim()) return at.required ? missing() : undefined;
    try { return JSON.parse(control.value); } catch (error) { throw new Error(`This is not JSON: ${error.message}.`); }
  });
}

function fieldOf(name, schema, value, required, path, depth) {
  if (schema === null || typeof schema !== "object") schema = {};
  const at = { name, path, schema, required, hint: schema.description, label: (schema.title ?? wordsOf(name)) + (required ? "" : " (optional)"), initial: value ?? schema.default };
  const choices = choicesOf(schema);
  if (choices) return choiceField(at, choices);
  if (!schema.type && !schema.properties && !schema.format && !schema.pattern && schema.maxLength === undefined) return jsonField(at);
  switch (typeOf(schema)) {
    // What must be said is not said by leaving a box alone.
    case "boolean": return required && at.initial === undefined ? choiceField(at, [[true, "Yes"], [false, "No"]]) : booleanField(at);
    case "integer":
    case "number": return numberField(at);
    case "array": return listField(at);
    case "object": {
      if (!schema.properties || depth >= DEEPEST) return jsonField(at);
      const fields = fieldsOf(schema, at.initial ?? {}, undefined, path, depth + 1);
      return new Group(path, fieldset(at.label, at.hint, fields.nodes), fields, required);
    }
    default: return textField(at);
  }
}

/** The fields of an object's schema: {nodes, read(faults), all()}; `only` names those that are wanted. */
export function fieldsOf(schema, value = {}, only, path = "", depth = 1) {
  // What is required comes first, and the others in the schema's order.
  const isRequired = (name) => (schema.required ?? []).includes(name);
  const names = Object.keys(schema.properties ?? {}).filter((name) => !only || only.includes(name)).sort((one, other) => isRequired(other) - isRequired(one));
  const fields = names.map((name) => [name, fieldOf(name, schema.properties[name], Object.hasOwn(value, name) ? value[name] : undefined, isRequired(name), `${path}/${name}`, depth)]);
  return {
    nodes: fields.map(([, one]) => one.node),
    // Object.fromEntries makes a field called __proto__ a field.
    read: (faults) => Object.fromEntries(fields.map(([name, one]) => [name, one.read(faults)]).filter(([, one]) => one !== undefined)),
    all: () => fields.flatMap(([, one]) => one.all()),
  };
}

/** Says of each field what is wrong with it, and gives what belongs to no field. */
function sayFaults(fields, faults) {
  const rest = [];
  for (const one of fields.all()) one.say("");
  for (const [path, message] of faults) {
    // What is wrong within a field is said at the field.
    const found = fields.all().find((one) => path === one.path || path.startsWith(`${one.path}/`));
    if (found) found.say(message); else rest.push(message);
  }
  const first = fields.all().find((one) => !one.fault.hidden)?.control;
  (first?.matches("fieldset") ? first.querySelector("input") : first)?.focus();
  return rest;
}

/** A form that sends what it was told: send(values) may throw, which is shown; a Problem's `fields` beside them. */
export function schemaForm(schema, { value, only, action, send, more = [] }) {
  const fields = fieldsOf(schema, value, only), wrong = h("p", { class: "failure", role: "alert", hidden: true });
  const complain = (text) => { wrong.textContent = text; wrong.hidden = !text; };
  return h("form", { class: "schema", novalidate: true, onsubmit: async (event) => {
    event.preventDefault();
    complain("");
    const faults = [], values = fields.read(faults), how = event.submitter;
    if (!how?.formNoValidate) {
      const rest = sayFaults(fields, faults);
      if (faults.length) return complain([`${plural(faults.length, "field needs", "fields need")} your attention.`, ...rest].join(" "));
    }
    if (how) how.disabled = true;
    try {
      await send(values, how?.value ?? "");
    } catch (error) {
      const known = (error.fields ?? []).map((one) => [one.path, one.message]), rest = sayFaults(fields, known);
      complain(known.length > rest.length ? [`${plural(known.length - rest.length, "field needs", "fields need")} your attention.`, ...rest].join(" ") : [error.message, error.hint].filter(Boolean).join(" "));
    } finally {
      if (how) how.disabled = false;
    }
  } }, fields.nodes, wrong, h("p", { class: "row" }, h("button", { value: "send" }, action), more));
}

/** The schema of an object that wraps a value of another schema: forms ask for the fields of objects. */
export const wrapped = (schema, title) => ({ type: "object", required: ["answer"], properties: { answer: { title, ...schema } } });
