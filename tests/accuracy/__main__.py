"""`python -m tests.accuracy`: the table with every miss; `new FILE` drafts a case; `accept NAME…` accepts what was read.

`floors` prints the figures as measured in the form of `floors.json`; lowering one is a change of its own.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

from pipelines.check.accuracy import floors_from, measure, miss_line, score
from pipelines.check.cases import FIELDS, TITLE_FIELDS, Case, comparable, load_case, load_cases, read_accepted
from pipelines.read.decode import decode
from tests.accuracy import FOLDER

HELP = """用法：
  python -m tests.accuracy                 打印各字段的查准率、查全率和每一处不符
  python -m tests.accuracy show 案例…      打印网页的文字和期望记录
  python -m tests.accuracy new 文件…       收入网页（.html、.txt），起草期望记录（未接受）；.html 与 .txt 之外的文件逐行当作标题
  python -m tests.accuracy accept 案例…    打印网页的文字和期望记录，并记为已接受；先看后接受
  python -m tests.accuracy floors          按现在的结果打印 floors.json
"""

_MARKUP = re.compile(r"<(script|style)\b[\s\S]*?</\1\s*>|<[^<>]*>", re.IGNORECASE)


def page_text(case: Case) -> str:
    """The page as a person sees it, roughly: without the reader under test."""
    if case.kind != "html":
        return decode(case.body).text
    text = "\n".join(_MARKUP.sub("\n", decode(body).text) for body in (case.body, *case.continuations))
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def show(case: Case) -> str:
    """Page and expectation, one below the other."""
    label = json.dumps(case.label, ensure_ascii=False, indent=2)
    return f"──── {case.name}（{case.kind}，{len(case.body)} 字节）\n{page_text(case)}\n──── 期望\n{label}"


def draft(case: Case) -> dict[str, Any]:
    """The record as the reader has it: a draft to correct against the page, not an expectation."""
    done = case.read()
    values = done.reply.as_dict() if done.reply else {}
    fields = TITLE_FIELDS if case.kind == "title" else FIELDS
    record = {name: comparable(name, values[name]) for name in fields} if done.reply else None
    label = {**case.label, "record": record}
    if case.kind == "html" and done.outcome != "ok":
        label["outcome"] = done.outcome
    return label


def new(folder: Path, file: Path) -> list[str]:
    """Take a page, or a file of titles, into the folder; names of the cases drafted."""
    cases = folder / "cases"
    if file.suffix not in (".html", ".txt"):
        names = []
        with (folder / "titles.jsonl").open("a", encoding="utf-8") as out:
            for title in filter(None, map(str.strip, file.read_text(encoding="utf-8").splitlines())):
                case = Case("title", title.encode(), {"title": title, "record": {}}, "title")
                out.write(json.dumps(draft(case), ensure_ascii=False) + "\n")
                names.append(title)
        return names
    target = cases / file.name
    if target.exists() or target.with_suffix(".json").exists():
        raise SystemExit(f"{target} 已经有了")
    shutil.copyfile(file, target)
    case = Case(file.stem, target.read_bytes(), {"url": None, "record": None}, file.suffix[1:])
    write_label(target.with_suffix(".json"), draft(case))
    return [load_case(target.with_suffix(".json")).name]


def write_label(path: Path, label: dict[str, Any]) -> None:
    """One expectation, laid out for diffs."""
    path.write_text(json.dumps(label, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def accept(folder: Path, chosen: list[Case]) -> None:
    """Write the digests of the chosen cases into `accepted.txt`, sorted by name."""
    accepted = read_accepted(folder)
    accepted |= {case.name: (case.page_digest, case.label_digest) for case in chosen}
    lines = [f"{name} {page} {label}\n" for name, (page, label) in sorted(accepted.items())]
    head = "# 案例  网页的 SHA-256  期望的 SHA-256；由 python -m tests.accuracy accept 写入，先看后接受\n"
    (folder / "accepted.txt").write_text(head + "".join(lines), encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Run one sub-command."""
    command, names = (arguments[0], arguments[1:]) if arguments else ("", [])
    if command == "":
        result = measure(FOLDER)
        print("\n".join(map(miss_line, result.tally.misses)))
        for name, count in result.tally.counts.items():
            print(
                f"{name:18} precision {count.precision:.4f} ({count.right}/{count.given})"
                f"   recall {count.recall:.4f} ({count.right}/{count.wanted})"
            )
        total = result.tally.total
        print(
            f"{'all':18} precision {total.precision:.4f}   recall {total.recall:.4f}   wanted {total.wanted}"
        )
        print("\n".join((*result.unaccepted, *map(str, result.shortfalls))))
        return 0 if result.ok else 1
    if command == "new" and names:
        for name in (name for file in names for name in new(FOLDER, Path(file))):
            print(f"起草了 {name}：对照原文改正期望记录，再运行 python -m tests.accuracy accept")
        return 0
    if command == "floors":
        floors = floors_from(score(load_cases(FOLDER)))
        print(json.dumps({name: floor._asdict() for name, floor in floors.items()}, indent=2))
        return 0
    known = {case.name: case for case in load_cases(FOLDER)}
    if command not in ("show", "accept") or not names or (missing := set(names) - set(known)):
        print(
            f"没有这些案例：{'、'.join(sorted(missing))}" if command in ("show", "accept") and names else HELP
        )
        return 2
    for name in names:
        print(show(known[name]))
    if command == "accept":
        accept(FOLDER, [known[name] for name in names])
        print(f"接受了 {len(names)} 个案例；请连同 accepted.txt 一起提交。")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
