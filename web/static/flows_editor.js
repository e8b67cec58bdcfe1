// The editor of a service's file: the text area stays what is sent, byte for byte; CodeMirror stands in front of it.
//
// It lives in a shadow root, because there it hands its styles over as objects: the content policy of the pages allows no others.

import { namesIn, options, placeAt } from "./flows_schema.js";

const form = document.getElementById("editing");
const area = document.getElementById("text");
const found = document.getElementById("found");
const unsaved = document.getElementById("unsaved");
const words = JSON.parse(document.getElementById("words").textContent);
const CHECK_AFTER_MS = 400;

const { EditorState, EditorView, ...cm } = await import(form.dataset.module);
let schema = null;
if (form.dataset.schema) fetch(form.dataset.schema).then((answer) => (answer.ok ? answer.json() : null)).then((read) => { schema = read; });

// --- completion ---

function complete(context) {
  const line = context.state.doc.lineAt(context.pos);
  const word = context.matchBefore(/[\w-]*/);
  if (!schema || (!context.explicit && word.from === word.to)) return null;
  const lines = context.state.doc.toString().split("\n");
  const place = placeAt(lines, line.number - 1, word.from - line.from);
  const found = options(schema, place, (head) => namesIn(lines, head));
  return {
    from: word.from,
    options: found.map(({ label, detail, key }) => ({ label, apply: key ? `${label}: ` : label, info: detail || undefined, type: key ? "property" : "constant" })),
    validFor: /^[\w-]*$/,
  };
}

// --- findings ---

let timer = 0;
let asked = 0;

// What reading alone finds is there at once; a walk through every way takes seconds and follows.
async function check(view) {
  const mine = (asked += 1);
  try {
    const read = await findings(view, "no");
    if (mine !== asked) return; // something was typed meanwhile
    tell(view, read);
    if (read.findings.some((one) => one.severity === "error")) return;
    const waiting = paragraph(words["flows.checking"]);
    if (read.findings.length || read.elsewhere.length) found.append(waiting);
    else found.replaceChildren(waiting);
    const walked = await findings(view, "yes");
    if (mine === asked) tell(view, walked);
  } catch {
    if (mine === asked) found.replaceChildren(paragraph(words["flows.check_failed"]));
  }
}

async function findings(view, walk) {
  const body = new URLSearchParams({ csrf: form.elements.csrf.value, file: form.dataset.file, text: view.state.doc.toString(), walk });
  const answer = await fetch(form.dataset.check, { method: "POST", body });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

function tell(view, told) {
  if (told.grid) showTable(told.grid);
  view.dispatch(cm.setDiagnostics(view.state, told.findings.map((one) => diagnostic(view.state, one))));
  show(view, told);
}

function diagnostic(state, one) {
  const line = state.doc.line(Math.min(Math.max(one.line, 1), state.doc.lines));
  const from = Math.min(line.from + Math.max(one.column - 1, 0), line.to);
  return { from, to: Math.max(line.to, from), severity: one.severity, source: one.code, message: sentence(one) };
}

const sentence = (one) => [`${one.what}.`, one.way_out && `${one.way_out}${/[?!.]$/.test(one.way_out) ? "" : "."}`].filter(Boolean).join(" ");

function paragraph(text) {
  const made = document.createElement("p");
  made.textContent = text;
  return made;
}

function show(view, told) {
  if (!told.findings.length && !told.elsewhere.length) {
    found.replaceChildren(paragraph(words["flows.no_findings"]));
    return;
  }
  const list = document.createElement("ul");
  list.className = "plain-list findings";
  for (const one of told.findings) list.append(entry(view, one));
  const rest = told.elsewhere.map(paragraph);
  if (rest.length) rest.unshift(paragraph(words["flows.elsewhere"]));
  found.replaceChildren(list, ...rest);
}

// The table as rows, as the server reads them.
function showTable(grid) {
  const made = (kind, text) => { const cell = document.createElement(kind); cell.textContent = text; return cell; };
  const head = document.createElement("tr");
  head.append(...[words["flows.table_line"], ...grid.header].map((text) => { const cell = made("th", text); cell.scope = "col"; return cell; }));
  const rows = grid.rows.map(([line, cells, wrong]) => {
    const row = document.createElement("tr");
    const first = made("th", wrong ? `${line} ${words["flows.table_wrong"]}` : line);
    first.scope = "row";
    if (wrong) row.className = "wrong";
    row.append(first, ...cells.map((text) => made("td", text)));
    return row;
  });
  const table = document.getElementById("grid");
  table.tHead.replaceChildren(head);
  table.tBodies[0].replaceChildren(...rows);
  document.getElementById("grid-count").textContent = words["flows.table_rows"].replace("{n}", grid.rows.length).replace("{all}", grid.all);
}

function entry(view, one) {
  const item = document.createElement("li");
  const kind = document.createElement("span");
  kind.className = `tag ${one.severity === "error" ? "bad" : "warn"}`;
  kind.textContent = words[`flows.${one.severity}`];
  const go = document.createElement("button");
  go.type = "button";
  go.className = "plain";
  go.textContent = `${one.line}:${one.column}`;
  go.addEventListener("click", () => {
    view.dispatch({ selection: { anchor: diagnostic(view.state, one).from }, scrollIntoView: true });
    view.focus();
  });
  const code = document.createElement("code");
  code.textContent = one.code;
  item.append(kind, " ", go, " ", code, ` ${sentence(one)}`);
  if (one.way) {
    const way = document.createElement("small");
    way.textContent = words["flows.way"].replace("{way}", one.way);
    item.append(document.createElement("br"), way);
  }
  return item;
}

// --- the editor ---

const colours = cm.HighlightStyle.define([
  { tag: [cm.tags.definition(cm.tags.propertyName), cm.tags.propertyName], color: "var(--accent)", fontWeight: "600" },
  { tag: cm.tags.comment, color: "var(--soft)", fontStyle: "italic" },
  { tag: cm.tags.string, color: "var(--good)" },
]);
const theme = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--card)", fontSize: "14px", height: "34rem" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-gutters": { backgroundColor: "var(--sunken)", color: "var(--soft)", border: "none" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--accent-soft)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "color-mix(in srgb, var(--accent) 30%, transparent) !important" },
  ".cm-tooltip, .cm-panels": { backgroundColor: "var(--card)", color: "var(--ink)", borderColor: "var(--line-strong)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--card)" },
  ".cm-completionInfo": { maxWidth: "24rem" },
});

// A browser that types over a selection copies its looks into style attributes, which the content policy refuses.
const typedOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    if (event.inputType !== "insertText" || event.isComposing || event.data === null || view.state.readOnly) return false;
    if (view.state.selection.ranges.every((range) => range.empty)) return false;
    event.preventDefault();
    view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    return true;
  },
});

const host = document.getElementById("editor");
const root = host.attachShadow({ mode: "open" });
const readOnly = area.readOnly;
const save = () => { if (!readOnly) form.requestSubmit(); return true; };
const view = new EditorView({
  parent: root,
  root,
  state: EditorState.create({
    doc: area.value,
    extensions: [
      cm.lineNumbers(), cm.foldGutter(), cm.lintGutter(), cm.history(), cm.drawSelection(), cm.highlightActiveLine(),
      cm.highlightActiveLineGutter(), cm.highlightSpecialChars(), cm.bracketMatching(), cm.closeBrackets(), cm.indentOnInput(),
      cm.search({ top: true }), cm.highlightSelectionMatches(), cm.indentUnit.of("  "), ...(form.dataset.kind === "table" ? [] : [cm.yaml()]), cm.syntaxHighlighting(colours), theme, typedOver,
      cm.autocompletion({ override: [complete] }),
      cm.keymap.of([{ key: "Mod-s", run: save, preventDefault: true }, ...cm.closeBracketsKeymap, ...cm.completionKeymap, ...cm.searchKeymap,
        ...cm.lintKeymap, ...cm.foldKeymap, ...cm.historyKeymap, ...cm.defaultKeymap]),
      EditorState.readOnly.of(readOnly),
      EditorView.contentAttributes.of({ "aria-label": words["flows.text"].replace("{name}", form.dataset.file), spellcheck: "false", tabindex: "0" }),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged) return;
        area.value = update.state.doc.toString();
        unsaved.hidden = area.value === area.defaultValue;
        clearTimeout(timer);
        timer = setTimeout(() => check(view), CHECK_AFTER_MS);
      }),
    ],
  }),
});
host.hidden = false;
area.hidden = true;
document.querySelector('label[for="text"]').addEventListener("click", (event) => { event.preventDefault(); view.focus(); });
check(view);

// What is not saved is not lost by a wrong click.
let sending = false;
form.addEventListener("submit", () => { sending = true; });
addEventListener("beforeunload", (event) => { if (!unsaved.hidden && !sending) event.preventDefault(); });
