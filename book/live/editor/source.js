// The editor of a cell, and the colours of Python where no editor is open. Classes are those of Pygments, so
// edited code looks as the page's own, in both themes.
import {closeBrackets, closeBracketsKeymap} from "@codemirror/autocomplete";
import {defaultKeymap, history, historyKeymap, indentWithTab} from "@codemirror/commands";
import {python} from "@codemirror/lang-python";
import {bracketMatching, indentOnInput, indentUnit, syntaxHighlighting} from "@codemirror/language";
import {EditorState} from "@codemirror/state";
import {drawSelection, EditorView, keymap} from "@codemirror/view";
import {highlightCode, tagHighlighter, tags as t} from "@lezer/highlight";
import {parser} from "@lezer/python";

const pygments = tagHighlighter([
  {tag: [t.keyword, t.controlKeyword, t.definitionKeyword], class: "k"},
  {tag: t.moduleKeyword, class: "kn"},
  {tag: t.operatorKeyword, class: "ow"},
  {tag: [t.bool, t.null, t.self], class: "kc"},
  {tag: [t.string, t.special(t.string)], class: "s2"},
  {tag: t.escape, class: "se"},
  {tag: [t.number, t.integer, t.float], class: "mi"},
  {tag: [t.comment, t.lineComment], class: "c1"},
  {tag: [t.operator, t.arithmeticOperator, t.compareOperator, t.definitionOperator], class: "o"},
  {tag: [t.function(t.definition(t.variableName))], class: "nf"},
  {tag: t.definition(t.className), class: "nc"},
  {tag: t.meta, class: "nd"},
]);

// Sized and coloured by the page's own rules for code.
const look = EditorView.theme({
  "&": {background: "none", color: "inherit", fontSize: "inherit"},
  "&.cm-focused": {outline: "none"},
  ".cm-scroller": {fontFamily: "inherit", lineHeight: "inherit", overflowX: "auto"},
  ".cm-content": {padding: 0, caretColor: "var(--pst-color-text-base)"},
  ".cm-line": {padding: 0},
  ".cm-cursor": {borderLeftColor: "var(--pst-color-text-base)", borderLeftWidth: "2px"},
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "color-mix(in srgb, var(--pst-color-primary) 28%, transparent)",
  },
});

export function edit({parent, code, label, describedBy, onChange, onRun, onLeave}) {
  const act = (action) => () => (action(), true);
  return new EditorView({
    parent,
    state: EditorState.create({
      doc: code,
      extensions: [
        history(),
        drawSelection(),
        indentUnit.of("    "),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        python(),
        syntaxHighlighting(pygments),
        look,
        keymap.of([
          {key: "Shift-Enter", run: act(onRun)},
          {key: "Mod-Enter", run: act(onRun)},
          {key: "Escape", run: act(onLeave)},
          ...closeBracketsKeymap,
          ...defaultKeymap,
          ...historyKeymap,
          indentWithTab,
        ]),
        EditorView.contentAttributes.of({"aria-label": label, "aria-describedby": describedBy}),
        EditorView.updateListener.of((update) => update.docChanged && onChange(update.state.doc.toString())),
      ],
    }),
  });
}

export function colour(code) {
  const coloured = document.createDocumentFragment();
  const put = (text, classes) => {
    const span = classes ? Object.assign(document.createElement("span"), {className: classes}) : coloured;
    span.append(text);
    if (classes) coloured.append(span);
  };
  highlightCode(code, parser.parse(code), pygments, put, () => coloured.append("\n"));
  return coloured;
}
