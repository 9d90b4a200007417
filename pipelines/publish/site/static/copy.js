/* A button beside each text that people copy. Without scripts the text can still be selected. */

"use strict";

function selected(node) {
    const range = document.createRange();
    range.selectNodeContents(node);
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
}

async function copied(node) {
    try {
        await navigator.clipboard.writeText(node.textContent);
        return true;
    } catch {
        /* No clipboard outside https: the old way, and at the least the text is selected. */
        selected(node);
        return document.execCommand("copy");
    }
}

for (const node of document.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    const told = document.createElement("span");
    button.type = "button";
    button.className = "copy";
    button.textContent = "复制";
    button.setAttribute("aria-label", `复制${node.dataset.copy}`);
    told.setAttribute("role", "status");
    told.className = "copied";
    button.addEventListener("click", async () => {
        told.textContent = (await copied(node)) ? "已复制" : "已选中，请按 Ctrl+C";
    });
    node.after(button, told);
}
