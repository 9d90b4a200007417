/* The editor of SQL comes when somebody is about to write: it weighs more than all the rest of a page. */

"use strict";

const folder = document.currentScript.dataset.folder;
const area = document.querySelector("textarea#sql-editor");
const shown = document.querySelector("pre#sql-query");
const tidy = document.querySelector("button#sql-format");
let editor = null;
let coming = null;

function script(name) {
    return new Promise((done, failed) => {
        const node = document.createElement("script");
        node.src = folder + name;
        node.onload = done;
        node.onerror = failed;
        document.head.append(node);
    });
}

async function write() {
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = folder + "codemirror-5.57.0.min.css";
    const drawn = new Promise((done) => {
        sheet.onload = sheet.onerror = done;
    });
    document.head.prepend(sheet);
    await script("codemirror-5.57.0.min.js");
    await Promise.all([drawn, script("codemirror-5.57.0-sql.min.js")]);
    const [start, end, focused] = [area.selectionStart, area.selectionEnd, document.activeElement === area];
    editor = CodeMirror.fromTextArea(area, { lineNumbers: true, mode: "text/x-sql", lineWrapping: true });
    editor.getInputField().setAttribute("aria-label", "SQL");
    editor.setOption("extraKeys", { "Shift-Enter": () => area.form.submit(), Tab: false });
    if (focused) {
        editor.focus();
        editor.setSelection(editor.posFromIndex(start), editor.posFromIndex(end));
    }
}

function wanted() {
    coming = coming || write();
    return coming;
}

async function formatted() {
    if (!window.sqlFormatter) {
        await script("sql-formatter-2.3.3.min.js");
    }
    if (shown) {
        shown.textContent = sqlFormatter.format(shown.textContent);
        return;
    }
    await wanted();
    editor.setValue(sqlFormatter.format(editor.getValue()));
}

if (area) {
    area.setAttribute("aria-label", "SQL");
    area.addEventListener("focus", wanted, { once: true });
}
if (tidy && (area || shown)) {
    tidy.hidden = false;
    tidy.addEventListener("click", formatted);
}
