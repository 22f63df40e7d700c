import type { FieldSchema, ObjectSchema } from "./provider-types.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** How a setting is asked for. `json`: what has parts of its own is written as JSON. */
export type FieldForm = "text" | "number" | "switch" | "choice" | "json";

export interface SettingsField {
  readonly name: string;
  readonly form: FieldForm;
  readonly required: boolean;
  readonly schema: FieldSchema;
}

/** The fields of a kind's settings: what must be said first. */
export function fieldsOf({ properties = {}, required = [] }: ObjectSchema): readonly SettingsField[] {
  const fields = Object.entries(properties).map(([name, schema]) => ({
    name,
    form: formOf(schema),
    required: required.includes(name),
    schema,
  }));
  return fields.sort((one, other) => Number(other.required) - Number(one.required));
}

function formOf({ type, enum: choices }: FieldSchema): FieldForm {
  if (choices !== undefined) return "choice";
  if (type === "string") return "text";
  if (type === "boolean") return "switch";
  return type === "number" || type === "integer" ? "number" : "json";
}

/** What stands in the form for a setting: as text, but for a switch. */
export function textOf(value: Json | undefined): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

export type ReadSettings =
  | { readonly ok: true; readonly settings: Readonly<Record<string, Json>> }
  | { readonly ok: false; readonly field: string };

/** What the form says, as the server takes it: what is empty is left out. Not ok: a field has no JSON in it. */
export function readSettings(fields: readonly SettingsField[], texts: Readonly<Record<string, string>>): ReadSettings {
  const settings: Record<string, Json> = {};
  for (const { name, form } of fields) {
    const text = texts[name]?.trim() ?? "";
    if (text === "") continue;
    if (form === "text" || form === "choice") settings[name] = text;
    else {
      try {
        settings[name] = JSON.parse(text) as Json;
      } catch {
        return { ok: false, field: name };
      }
    }
  }
  return { ok: true, settings };
}
