// What may be written at a place of a YAML file, by its JSON Schema: where the cursor stands, and what the schema has for it.

const KEY = /^(\s*)(?:- )?("[^"]*"|'[^']*'|[^\s"'#:{}[\],][^#:{}[\],]*?)\s*:(?=\s|$)/;
const MOST_LINES = 400; // looked back for the mapping around the cursor

const bare = (key) => key.trim().replace(/^["']|["']$/g, "");
const indent = (line) => line.length - line.trimStart().length;

// {keys: the keys around, outermost first; first: the first key of the mapping itself; key: the key whose value is written, or ""}
export function placeAt(lines, row, column) {
  const prefix = lines[row].slice(0, column);
  const begun = beginning(lines, row);
  const around = ancestors(lines, begun);
  const own = KEY.exec(begun === row ? prefix : lines[begun]);
  const inline = own ? [begun === row ? prefix : lines[begun], ...(begun === row ? [] : [...lines.slice(begun + 1, row), prefix])].join("\n").slice(own[0].length) : "";
  const open = braces(inline);
  if (own && open.length) {
    const keys = [...around, bare(own[2]), ...open.slice(0, -1).map((one) => one.key)];
    const last = open.at(-1);
    return { keys, first: last.first, key: last.key };
  }
  if (own) return { keys: around, first: firstBelow(lines, row, around), key: bare(own[2]) };
  return { keys: around, first: firstBelow(lines, row, around), key: "" };
}

// The line on which the braces around the cursor were opened; the line itself where there are none.
function beginning(lines, row) {
  for (let at = row; at >= Math.max(0, row - 20); at -= 1) {
    const own = KEY.exec(lines[at]);
    if (!own) continue;
    if (at === row) { if (indent(lines[row]) < 1 || !insideOf(lines, row)) return row; continue; }
    const text = [lines[at].slice(own[0].length), ...lines.slice(at + 1, row)].join("\n");
    return braces(text).length ? at : row;
  }
  return row;
}

function insideOf(lines, row) {
  for (let at = row - 1; at >= Math.max(0, row - 20); at -= 1) {
    const own = KEY.exec(lines[at]);
    if (own && indent(lines[at]) < indent(lines[row])) {
      return braces([lines[at].slice(own[0].length), ...lines.slice(at + 1, row)].join("\n")).length > 0;
    }
  }
  return false;
}

// The mappings and lists that are open at the end of a text: {key: whose value is written, first: the first key}.
function braces(text) {
  const open = [];
  let word = "";
  let quote = "";
  for (const sign of text) {
    if (quote) { if (sign === quote) quote = ""; word += sign; continue; }
    if ((sign === '"' || sign === "'") && !word.trim()) { quote = sign; word += sign; continue; }
    const top = open.at(-1);
    if (sign === "{" || sign === "[") { open.push({ key: "", first: "", list: sign === "[" }); word = ""; }
    else if (sign === "}" || sign === "]") { open.pop(); word = ""; }
    else if (sign === "," && top) { if (!top.list) top.key = ""; word = ""; }
    else if (sign === ":" && top && !top.list) { top.key = bare(word); top.first ||= top.key; word = ""; }
    else word += sign;
  }
  return open.filter((one) => !one.list);
}

function ancestors(lines, row) {
  const keys = [];
  let depth = lines[row].trim() ? indent(lines[row]) : lines[row].length;
  for (let at = row - 1; at >= Math.max(0, row - MOST_LINES) && depth > 0; at -= 1) {
    const own = KEY.exec(lines[at]);
    if (!own || indent(lines[at]) >= depth) continue;
    keys.unshift(bare(own[2]));
    depth = indent(lines[at]);
  }
  return keys;
}

function firstBelow(lines, row, around) {
  if (!around.length) return "";
  const depth = lines[row].trim() ? indent(lines[row]) : lines[row].length;
  let first = "";
  for (let at = row - 1; at >= Math.max(0, row - MOST_LINES); at -= 1) {
    const own = KEY.exec(lines[at]);
    if (!own) continue;
    if (indent(lines[at]) < depth) break;
    if (indent(lines[at]) === depth) first = bare(own[2]);
  }
  return first;
}

// --- the schema ---

const resolved = (schema, part) => (part.$ref ? { ...schema.$defs[part.$ref.split("/").at(-1)], ...(part.description ? { description: part.description } : {}) } : part);

function alternatives(schema, part) {
  const whole = resolved(schema, part);
  if (whole.anyOf) return whole.anyOf.flatMap((one) => alternatives(schema, one));
  return whole.type === "array" ? [whole, ...alternatives(schema, whole.items)] : [whole];
}

function below(schema, parts, key) {
  return parts.flatMap((part) => {
    const inner = part.properties?.[key] ?? (typeof part.additionalProperties === "object" ? part.additionalProperties : null);
    return inner ? alternatives(schema, inner) : [];
  });
}

// What may be written there: [{label, detail, key}]; key says whether it is a key of a mapping.
export function options(schema, place, namesOf) {
  let parts = alternatives(schema, schema);
  for (const key of place.keys) parts = below(schema, parts, key);
  if (place.key === "") {
    const ofKind = parts.filter((part) => part.properties && Object.keys(part.properties)[0] === place.first);
    const found = new Map();
    for (const part of ofKind.length ? ofKind : parts) {
      for (const [label, one] of Object.entries(part.properties ?? {})) {
        if (!found.has(label)) found.set(label, { label, detail: resolved(schema, one).description ?? "", key: true });
      }
    }
    return [...found.values()];
  }
  const found = new Map();
  for (const part of below(schema, parts, place.key)) {
    for (const value of part.enum ?? []) if (typeof value !== "boolean") found.set(String(value), { label: String(value), detail: "", key: false });
    for (const name of part["x-names"] ? namesOf(part["x-names"]) : []) found.set(name, { label: name, detail: part["x-names"], key: false });
  }
  return [...found.values()];
}

// The names that a file itself gives to something: the keys below `steps:`, `hours:`, … or the words of a list.
export function namesIn(lines, head) {
  const at = lines.findIndex((line) => line.startsWith(`${head}:`));
  if (at < 0) return [];
  const rest = lines[at].slice(head.length + 1).trim();
  if (rest.startsWith("[")) return rest.replace(/[[\]]/g, "").split(",").map(bare).filter(Boolean);
  const names = [];
  for (let row = at + 1; row < lines.length; row += 1) {
    if (lines[row].trim() && !lines[row].trimStart().startsWith("#") && indent(lines[row]) === 0) break;
    const own = KEY.exec(lines[row]);
    if (own && own[1].length === 2) names.push(bare(own[2]));
  }
  return names;
}
