"""`sampan approvals`: the approval list of a vendor or of the operator of a pool."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from sampan.diagnostics import UsageError
from sampan.supply.commands.arguments import (
    WRONG,
    Parser,
    country,
    day,
    print_json,
    say,
    today,
    wrapped,
)
from sampan.supply.errors import prepared

HELP = """\
A register of who may receive what: companies are screened, and the authority's decision on each
of their orders is recorded, under criteria that were published before.

  sampan approvals init
  sampan approvals criteria example > criteria.yaml
  sampan approvals criteria publish criteria.yaml --by NAME
  sampan approvals apply --company NAME --country C --by NAME
  sampan approvals decide C-0001 approved --criterion C1 --reason TEXT --by NAME
  sampan approvals order C-0001 --chip L20 --quantity 8 --to SG --by NAME
  sampan approvals decide O-0001 refused --criterion O1 --reason TEXT --by NAME \\
      --authority NAME --reference TEXT
  sampan approvals appeal O-0001 --grounds TEXT --by NAME
  sampan approvals decide-appeal O-0001 overturned --criterion O1 --reason TEXT --by OTHER \\
      --authority NAME --reference TEXT
  sampan approvals status O-0001

The register is a file of SQLite: --register FILE, else approvals.db in the platform's data
directory. Nothing in it is ever changed; `verify` finds what was tampered with. docs/approvals.md
has more.
"""


@prepared()
def main(words: list[str]) -> int:
    """Runs the command line.

    Raises:
        UsageError: it makes no sense, or is not allowed where things stand.
        DataError: a file makes no sense.
        MissingToolError: the register cannot be written.
    """
    options = _parser().parse_args(words)
    if not hasattr(options, "run"):
        print(HELP, end="")
        return 2
    return int(options.run(options))


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="sampan approvals", description=HELP)
    commands = parser.add_subparsers(metavar="COMMAND", parser_class=Parser)

    def command(name: str, run: Any, text: str, by: str = "") -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.add_argument("--register", type=Path, metavar="FILE", help="the register's file")
        made.add_argument("--json", action="store_true", help="print JSON")
        if by:
            made.add_argument("--by", required=True, metavar="NAME", help=by)
        made.set_defaults(run=run)
        return made

    command("init", _init, "Makes an empty register.")
    criteria = command("criteria", _criteria, "Publishes and shows criteria.")
    criteria.add_argument("action", choices=["publish", "show", "example"])
    criteria.add_argument("file", nargs="?", help="the file to publish, or the version to show")
    criteria.add_argument("--by", metavar="NAME", help="who publishes")

    applying = command("apply", _apply, "Records a company's application.", "who applies")
    applying.add_argument("--company", required=True, metavar="NAME")
    applying.add_argument("--country", required=True, metavar="C")
    applying.add_argument("--use", default="", metavar="TEXT", help="what the chips are for")
    ordering = command("order", _order, "Records an approved company's order.", "who orders")
    ordering.add_argument("company", metavar="C-NNNN")
    ordering.add_argument("--chip", required=True)
    ordering.add_argument("--quantity", required=True, type=int, metavar="N")
    ordering.add_argument("--to", required=True, metavar="COUNTRY")

    deciding = command("decide", _decide, "Records a decision.", "who decides or records it")
    deciding.add_argument("subject", metavar="ID")
    deciding.add_argument("outcome", choices=["approved", "refused", "revoked", "more-information"])
    deciding.add_argument(
        "--screening", type=Path, metavar="FILE", help="the record of `sampan screen --record`"
    )
    informing = command(
        "inform", _inform, "Records information that was asked for.", "who gives it"
    )
    informing.add_argument("subject", metavar="ID")
    informing.add_argument("--text", required=True)
    withdrawing = command("withdraw", _withdraw, "Records that it is withdrawn.", "who withdraws")
    withdrawing.add_argument("subject", metavar="ID")
    appealing = command("appeal", _appeal, "Records an appeal.", "who appeals")
    appealing.add_argument("subject", metavar="ID")
    appealing.add_argument("--grounds", required=True, metavar="TEXT")
    appealing.add_argument("--received", metavar="DATE", help="the day it was received (today)")
    judging = command(
        "decide-appeal",
        _decide_appeal,
        "Records the outcome of an appeal.",
        "who decides: somebody else than who took the decision",
    )
    judging.add_argument("subject", metavar="ID")
    judging.add_argument(
        "outcome", choices=["upheld", "overturned"], help="of the decision that is appealed against"
    )
    for one in (deciding, judging):
        one.add_argument("--authority", metavar="NAME", help="whose decision on an order it is")
        one.add_argument("--reference", metavar="TEXT", help="the authority's reference")
        one.add_argument(
            "--criterion",
            required=True,
            action="append",
            metavar="ID",
            help="the criterion it rests on; may stand several times",
        )
        one.add_argument("--reason", required=True, metavar="TEXT")

    showing = command("status", _status, "Shows where an application or order stands and why.")
    showing.add_argument("subject", metavar="ID")
    listing = command("list", _list, "Lists applications and orders.")
    listing.add_argument("--state", help="only those in this state")
    listing.add_argument("--overdue", action="store_true", help="only appeals past their deadline")
    command("log", _log, "Shows all entries.")
    exporting = command("export", _export, "Writes every entry, a JSON object a line.")
    exporting.add_argument("file", type=Path, metavar="FILE|-")
    verifying = command("verify", _verify, "Finds tampering. Exit code 1 if there is some.")
    verifying.add_argument("--head", default="", metavar="DIGEST", help="a published digest")
    verifying.add_argument("--export", type=Path, metavar="FILE", help="check an export instead")
    return parser


def default_register() -> Path:
    """`approvals.db` in the platform's directory for data."""
    data = os.environ.get("XDG_DATA_HOME", "")
    root = Path(data) if os.path.isabs(data) else Path.home() / ".local" / "share"
    return root / "sampan" / "approvals.db"


def _path(options: Any) -> Path:
    return options.register or default_register()


def _open(options: Any) -> Any:
    from sampan.supply.approvals.register import Register

    return Register(_path(options))


def _text(value: str, what: str) -> str:
    from sampan.supply.approvals.register import plain

    return plain(value, what)


def _added(options: Any, kind: str, subject: str, body: dict[str, Any]) -> int:
    """Appends an entry and shows it."""
    register = _open(options)
    entry = register.add(options.by, kind, subject, body)
    if options.json:
        print_json(entry.as_json())
        return 0
    state = register.state()
    found = state.subjects.get(entry.subject)
    print(f"{entry.subject}: {found.state}" if found else f"criteria {entry.subject}: published")
    if found is not None and found.state == "refused" and found.appeal_by:
        print(f"it can be appealed until {found.appeal_by}")
    if found is not None and found.appeal_due:
        print(f"the appeal is to be decided by {found.appeal_due}")
    print(f"entry {entry.seq}, digest {entry.digest}")
    return 0


def _init(options: Any) -> int:
    from sampan.supply.approvals.log import Log

    path = _path(options)
    Log.create(path)
    if options.json:
        print_json({"register": str(path)})
    else:
        print(f"made {path}")
    return 0


def _criteria(options: Any) -> int:
    from sampan.supply.approvals.criteria import EXAMPLE, Criteria, read_criteria

    if options.action == "example":
        print(EXAMPLE.replace("DAY", today().isoformat()), end="")
        return 0
    if options.action == "publish":
        if not options.file or not options.by:
            raise UsageError("criteria publish needs a file and --by NAME")
        made = read_criteria(Path(options.file))
        body = json.loads(made.model_dump_json())
        return _added(options, "criteria", made.version, body)
    state = _open(options).state()
    found: Criteria | None = state.in_force(today())
    if options.file:
        found = state.criteria.get(options.file)
    if found is None:
        known = ", ".join(state.criteria) or "none"
        raise UsageError(f"no such criteria; published versions: {known}")
    if options.json:
        print_json(json.loads(found.model_dump_json()))
        return 0
    print(f"criteria, version {found.version}, in effect from {found.effective}")
    say(f"published at {found.published_at}")
    for one in found.criteria:
        say(wrapped(f"{one.id} ({one.step}): {one.text}"))
    appeals = found.appeals
    say(
        f"appeals: within {appeals.file_within_days} days, decided within "
        f"{appeals.decide_within_days} days. {appeals.how}"
    )
    return 0


def _apply(options: Any) -> int:
    body = {
        "company": _text(options.company, "--company"),
        "country": country(options.country).code,
        "use": _text(options.use, "--use") if options.use else "",
    }
    return _added(options, "apply", "C", body)


def _order(options: Any) -> int:
    from sampan.supply.catalogue import find_chip

    if options.quantity < 1:
        raise UsageError(f"--quantity {options.quantity}: at least 1 is wanted")
    body = {
        "company": options.company,
        "chip": find_chip(options.chip).chip.name,
        "quantity": options.quantity,
        "to": country(options.to).code,
    }
    return _added(options, "order", "O", body)


def _decide(options: Any) -> int:
    from sampan.supply.approvals.register import read_screening

    body = _decision(options)
    if options.screening is not None:
        body["screening"] = read_screening(options.screening)
        outcome = body["screening"]["outcome"]
        if options.outcome == "approved" and outcome != "clear":
            print(
                f"sampan: remark: the screening kept with this approval ended with {outcome}",
                file=sys.stderr,
            )
    return _added(options, "decide", options.subject, body)


def _inform(options: Any) -> int:
    return _added(options, "inform", options.subject, {"text": _text(options.text, "--text")})


def _withdraw(options: Any) -> int:
    return _added(options, "withdraw", options.subject, {})


def _appeal(options: Any) -> int:
    received = today() if options.received is None else day(options.received)
    body = {"grounds": _text(options.grounds, "--grounds"), "received": received.isoformat()}
    return _added(options, "appeal", options.subject, body)


def _decide_appeal(options: Any) -> int:
    return _added(options, "decide-appeal", options.subject, _decision(options))


def _decision(options: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "outcome": options.outcome,
        "criteria": options.criterion,
        "reason": _text(options.reason, "--reason"),
    }
    for name in ("authority", "reference"):
        if getattr(options, name) is not None:
            body[name] = _text(getattr(options, name), f"--{name}")
    return body


def _status(options: Any) -> int:
    from sampan.supply.approvals.register import status
    from sampan.supply.approvals.state import NotAllowed

    state = _open(options).state()
    try:
        shown = status(state.subject(options.subject), state, today())
    except NotAllowed as error:
        raise UsageError(str(error)) from None
    if options.json:
        print_json(shown)
    else:
        say(_status_text(shown))
    return 0


def _status_text(shown: dict[str, Any]) -> str:
    facts = ", ".join(f"{name} {value}" for name, value in shown["facts"].items() if value)
    lines = [f"{shown['id']}: {shown['state']} since {shown['since']}", facts]
    decision, appeal = shown["decision"], shown["appeal"]
    if decision:
        reference = f", reference {decision['reference']}" if decision["reference"] else ""
        lines.append(
            f"decision: {decision['outcome']} on {decision['at']} by {decision['by']}{reference}"
        )
        lines.append(f"reason: {decision['reason']}")
        lines.append(
            f"criteria, version {decision['criteria_version']} ({decision['published_at']}):"
        )
        lines += [wrapped(f"{one['id']}: {one['text']}") for one in decision["criteria"]]
    if appeal:
        lines.append(f"appeal: received {appeal['received']}: {appeal['grounds']}")
        if appeal["outcome"]:
            lines.append(f"appeal decided: the decision is {appeal['outcome']}: {appeal['reason']}")
        elif appeal["due"]:
            late = ", which is past" if appeal["overdue"] else ""
            lines.append(f"to be decided by {appeal['due']}{late}")
    if shown["appeal_until"]:
        lines.append(f"it can be appealed until {shown['appeal_until']}: {shown['how_to_appeal']}")
    return "\n".join(lines)


def _list(options: Any) -> int:
    from sampan.supply.approvals.register import status

    state = _open(options).state()
    rows = [status(subject, state, today()) for subject in state.subjects.values()]
    if options.state:
        rows = [row for row in rows if row["state"] == options.state]
    if options.overdue:
        rows = [row for row in rows if row["appeal"] and row["appeal"]["overdue"]]
    if options.json:
        print_json(rows)
        return 0
    for row in rows:
        facts = ", ".join(str(value) for value in row["facts"].values() if value)
        late = "; appeal overdue" if row["appeal"] and row["appeal"]["overdue"] else ""
        say(f"{row['id']}  {row['state']}{late}  {facts}")
    if not rows:
        print("none")
    return 0


def _log(options: Any) -> int:
    for entry in _open(options).log.entries():
        if options.json:
            print_json(entry.as_json())
        else:
            say(
                f"{entry.seq}  {entry.at}  {entry.actor}  {entry.kind} {entry.subject}  "
                f"{json.dumps(entry.body, ensure_ascii=False)}"
            )
    return 0


def _export(options: Any) -> int:
    from sampan.supply.files import write_whole

    entries = list(_open(options).log.entries())
    lines = [json.dumps(entry.as_json(), ensure_ascii=False) + "\n" for entry in entries]
    if str(options.file) == "-":
        print("".join(lines), end="")
        return 0
    write_whole(options.file, "".join(lines))
    head = entries[-1].digest if entries else None
    if options.json:
        print_json({"file": str(options.file), "entries": len(entries), "head": head})
    else:
        print(f"{options.file}: {len(entries)} entries" + (f", head {head}" if head else ""))
    return 0


def _verify(options: Any) -> int:
    from sampan.supply.approvals.register import Report, entry_faults, read_export

    if options.export is not None:
        entries = list(read_export(options.export))
        faults = entry_faults(entries)
        if options.head and options.head not in {entry.digest for entry in entries}:
            faults.append(f"no entry has the published digest {options.head}")
        report = Report(len(entries), entries[-1].digest if entries else "", tuple(faults))
    else:
        report = _open(options).verify(options.head)
    if options.json:
        print_json(
            {
                "ok": not report.faults,
                "entries": report.entries,
                "head": report.head,
                "faults": list(report.faults),
            }
        )
    else:
        for fault in report.faults:
            say(f"fault: {fault}")
        verdict = f"{len(report.faults)} faults" if report.faults else "nothing was tampered with"
        print(f"{report.entries} entries, head {report.head or 'none'}: {verdict}")
    return WRONG if report.faults else 0
