// Forms from JSON Schemas: what a tool, an agent or a route wants to be told.
import { field, h, select } from "./dom.js";

/** The words of a name: "max_tokens" becomes "Max tokens". */
const wordsOf = (name) => { const words = name.replace(/[_-]+/g, " "); return words[0].toUpperCase() + words.slice(1); };

/** The type of a schema that may allow null as well. */
const typeOf = (schema) => [schema.type].flat().find((one) => one && one !== "null") ?? (schema.properties ? "object" : "string");

/** A control with `read()`: its value, or undefined for none. Throws Error for what does not fit. */
function controlOf(name, schema, value, required) {
  const label = (schema.title ?? wordsOf(name)) + (required ? "" : " (optional)"), hint = schema.description;
  const choices = schema.enum ?? schema.oneOf?.map((one) => one.const).filter((one) => one !== undefined);
  const initial = value ?? schema.default;
  if (choices?.length) {
    const titles = schema.oneOf?.map((one) => one.title) ?? [];
    const control = select([...(required ? [] : [["", "–"]]), ...choices.map((one, i) => [JSON.stringify(one), titles[i] ?? String(one)])], initial === undefined ? (required ? JSON.stringify(choices[0]) : "") : JSON.stringify(initial));
    return { node: field(label, control, hint), read: () => (control.value ? JSON.parse(control.value) : undefined) };
  }
  switch (typeOf(schema)) {
    case "boolean": {
      const control = h("input", { type: "checkbox", checked: Boolean(initial) });
      return { node: h("div", { class: "field check" }, h("label", {}, control, ` ${label}`), hint && h("p", { class: "hint" }, hint)), read: () => control.checked };
    }
    case "integer":
    case "number": {
      const control = h("input", { type: "number", step: typeOf(schema) === "integer" ? "1" : "any", min: schema.minimum, max: schema.maximum, required, value: initial ?? "" });
      return { node: field(label, control, hint), read: () => (control.value === "" ? undefined : Number(control.value)) };
    }
    case "array": return arrayOf(label, hint, schema, initial ?? [], required);
    case "object": {
      if (!schema.properties) return jsonOf(label, hint, initial, required);
      const form = fieldsOf(schema, initial ?? {});
      return { node: h("fieldset", {}, h("legend", {}, label), hint && h("p", { class: "hint" }, hint), form.nodes), read: () => { const read = form.read(); return required || Object.keys(read).length ? read : undefined; } };
    }
    default: {
      const isLong = (schema.maxLength ?? 200) > 1000, isSecret = /password|secret/i.test(name) || schema.format === "password";
      const control = isLong ? h("textarea", { rows: "3", required, maxlength: schema.maxLength }) : h("input", { type: isSecret ? "password" : schema.format === "email" ? "email" : "text", required, maxlength: schema.maxLength, pattern: schema.pattern, autocomplete: isSecret ? "new-password" : "off" });
      control.value = initial ?? "";
      return { node: field(label, control, hint), read: () => (control.value === "" && !required ? undefined : control.value) };
    }
  }
}

function arrayOf(label, hint, schema, values, required) {
  const items = schema.items ?? {};
  if (items.enum) {
    const boxes = items.enum.map((one) => [one, h("input", { type: "checkbox", checked: values.includes(one) })]);
    return { node: h("fieldset", {}, h("legend", {}, label), hint && h("p", { class: "hint" }, hint), h("div", { class: "row" }, boxes.map(([one, box]) => h("label", { class: "facet" }, box, ` ${one}`)))), read: () => {
      const chosen = boxes.filter(([, box]) => box.checked).map(([one]) => one);
      return chosen.length || required ? chosen : undefined;
    } };
  }
  if (!["string", "integer", "number"].includes(typeOf(items))) return jsonOf(label, hint, values.length ? values : undefined, required);
  const control = h("textarea", { rows: "2", required });
  control.value = values.join("\n");
  return { node: field(label, control, `${hint ? `${hint}. ` : ""}One on each line.`), read: () => {
    const lines = control.value.split("\n").map((line) => line.trim()).filter(Boolean);
    if (!lines.length && !required) return undefined;
    return typeOf(items) === "string" ? lines : lines.map(Number);
  } };
}

function jsonOf(label, hint, value, required) {
  const control = h("textarea", { rows: "4", class: "code", required, spellcheck: "false" });
  control.value = value === undefined ? "" : JSON.stringify(value, null, 2);
  return { node: field(label, control, `${hint ? `${hint}. ` : ""}As JSON.`), read: () => {
    if (!control.value.trim()) return undefined;
    try { return JSON.parse(control.value); } catch (error) { throw new Error(`${label}: this is not JSON (${error.message})`); }
  } };
}

/** The fields of an object's schema: {nodes, read()}; `only` names those that are wanted. */
export function fieldsOf(schema, value = {}, only) {
  const names = Object.keys(schema.properties ?? {}).filter((name) => !only || only.includes(name));
  const controls = names.map((name) => [name, controlOf(name, schema.properties[name], value[name], (schema.required ?? []).includes(name))]);
  return {
    nodes: controls.map(([, control]) => control.node),
    read: () => Object.fromEntries(controls.map(([name, control]) => [name, control.read()]).filter(([, one]) => one !== undefined)),
  };
}

/** A form that sends what it was told: send(values) may throw, which is shown. */
export function schemaForm(schema, { value, only, action, send, more = [] }) {
  const fields = fieldsOf(schema, value, only), wrong = h("p", { class: "failure", role: "alert", hidden: true });
  return h("form", { class: "schema", onsubmit: async (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    wrong.hidden = true;
    try {
      await send(fields.read(), event.submitter?.value ?? "");
    } catch (error) {
      wrong.textContent = [error.message, error.hint].filter(Boolean).join(" ");
      wrong.hidden = false;
      form.querySelector("[aria-invalid]")?.focus();
    }
  } }, fields.nodes, wrong, h("p", { class: "row" }, h("button", { value: "send" }, action), more));
}
