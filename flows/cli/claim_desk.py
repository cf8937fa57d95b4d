"""`onrecord claims`, its `check` and `new`: what is on record, whether files can be used, a new one by asking."""

import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from alerts.claims.benchmarks import FILE
from alerts.claims.draft import as_toml, draft
from alerts.claims.model import Claim, ClaimError, Fault, faults_of, load_claim, load_claims
from alerts.claims.trial import trial
from alerts.forms.evaluate import evaluate
from alerts.forms.verdicts import ANSWERS
from figures.metrics.metric import metric_of
from figures.naming import or_nearest
from flows.configuration.settings import Settings, load_settings
from flows.judging.judge import gather
from flows.show import printing, read_only
from storage.engine import DatabaseError
from storage.read import catalogue


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")


def listing(limit: int | None, *, as_json: bool) -> int:
    """Print the claims that are watched; 1 when a file cannot be used, which is said."""
    settings = load_settings()
    loaded, errors = load_claims(settings.claim_folders)
    watched = [claim for claim in loaded if settings.watches(claim.id)]
    if as_json:
        printing.print_json([claim.words.model_dump(mode="json") for claim in printing.limited(watched, limit)])
    else:
        columns = ("id", "words", "speaker", "said on", "judged by", "may stand in")
        with printing.page() as console:
            rows = map(_row, watched)
            printing.table(console, f"Claims on record ({len(watched)})", columns, rows, limit=limit)
    for error in errors:
        sys.stderr.write(f"{error}\n")
    return 1 if errors else 0


def _row(claim: Claim) -> Sequence[object]:
    words, stand_in = claim.words, claim.words.test.may_stand_in
    return (
        claim.id,
        f"“{words.quote}”" if words.quote else words.substance,
        words.speaker,
        "; ".join((words.said, *([over] if (over := words.over(date.max)) else []))),
        words.test.series or "nothing: not testable",
        f"{stand_in.series} after {stand_in.after_days} days of silence" if stand_in else "",
    )


def _files(paths: Iterable[Path]) -> list[Path]:
    """Each file, and each `*.toml` of a folder. Raises ClaimError for what is neither."""
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise ClaimError(f"{path}: there is no such file or folder")
        found += sorted(path.glob("*.toml")) if path.is_dir() else [path]
    return found


def check(paths: Sequence[Path]) -> int:
    """Print every fault of every file, with line and what to do; 1 when there is one."""
    settings = load_settings()
    folders = [folder for folder in settings.claim_folders if folder.is_dir()]
    files = _files(paths or folders)
    faults = [fault for path in files for fault in faults_of(path) or _of_judging(path)]
    loaded, _ = load_claims(folders)
    faults += _between({claim.id for claim in loaded}, files)
    faults += _of_series(settings, files)
    for fault in faults:
        _say(str(fault))
    _say(_summary(files, faults))
    return 1 if faults else 0


def _summary(files: Sequence[Path], faults: Sequence[Fault]) -> str:
    claims = sum(path.name != FILE for path in files)
    if not faults:
        return f"{claims} claims, all in order."
    return f"{claims} claims: {len(faults)} faults in {len({fault.path for fault in faults})} files."


def _between(on_record: set[str], files: Sequence[Path]) -> list[Fault]:
    """Faults that one file alone does not have: an id twice, a denial of what is not on record."""
    faults = []
    claims = {path: claim for path in files if path.name != FILE and (claim := _loaded(path)) is not None}
    counts = Counter(claim.id for claim in claims.values())
    known = on_record | set(counts)
    for path, claim in claims.items():
        if counts[claim.id] > 1:
            faults.append(
                Fault(path, 1, "id", f"{claim.id} is on record twice.", "Rename one of the files and its id.")
            )
        others = [("test.disputes", other) for other in claim.words.test.disputed]
        others += [("replaced_by", claim.words.replaced_by)] if claim.words.replaced_by else []
        for key, other in others:
            if other not in known:
                advice = "Name a claim that `onrecord claims` lists."
                faults.append(
                    Fault(path, 1, key, f"{other!r} is no claim on record{or_nearest(other, known)}.", advice)
                )
    return faults


def _of_series(settings: Settings, files: Sequence[Path]) -> list[Fault]:
    """Series that were never published, such as those of a facility that does not exist: only what is stored can tell,
    and of a metric that has no figures yet nothing is said.
    """
    claims = {path: claim for path in files if path.name != FILE and (claim := _loaded(path)) is not None}
    faults = []
    try:
        with read_only.database(settings) as connection:
            for path, claim in claims.items():
                for series in claim.needed:
                    known = catalogue.series_of(connection, metric_of(series))
                    if known and series not in known:
                        why = f"{series} was never published{or_nearest(series, known)}."
                        line = _line_with(claim.text, series)
                        faults.append(
                            Fault(path, line, "test.series", why, "`onrecord series --find WORDS` finds series.")
                        )
    except DatabaseError:
        return []
    return faults


def _line_with(text: str, words: str) -> int:
    """The first line of a file that holds some words; 1 where they are worked out from others."""
    return next((number for number, line in enumerate(text.splitlines(), start=1) if words in line), 1)


def _of_judging(path: Path) -> list[Fault]:
    """What judging the claim of a file fails with."""
    claim = _loaded(path) if path.name != FILE else None
    failed = trial(claim) if claim else None
    return [Fault(path, 1, "test", f"judging it fails: {failed}.", "Look for a value beyond reason.")] if failed else []


def _loaded(path: Path) -> Claim | None:
    try:
        return load_claim(path)
    except ClaimError:
        return None


def _as_judged(claim: Claim) -> Iterator[str]:
    """How a claim would be judged on what is stored, a line for each answer; none where nothing is."""
    try:
        with read_only.database(load_settings()) as connection:
            known = gather(connection, [claim])
    except DatabaseError:
        return
    as_of = max((release.known_at for release in known.releases), default=claim.on_record_at)
    for answer in ANSWERS:
        verdict = evaluate(claim, answer, known, max(as_of, claim.on_record_at))
        yield f"{answer.replace('_', ' ')}: {verdict.state.replace('_', ' ')}. {verdict.words}"


def new(ask: Callable[[str, str], str], folder: Path | None) -> int:
    """Ask for a claim, write its file once it passes the check; 1 when it does not."""
    folder = folder or load_settings().home / "claims"
    data = draft(ask, _say)
    target = folder / f"{data['id']}.toml"
    if target.exists():
        raise ClaimError(f"{target} is there already; edit it, or choose another id")
    text = as_toml(data)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as beside:
        trial = Path(beside) / target.name
        trial.write_text(text, encoding="utf-8")
        faults = faults_of(trial)
        if faults:
            for fault in faults:
                _say(f"line {fault.line}: {fault.key}: {fault.words} {fault.advice}".rstrip())
            _say(f"Nothing was written. This is what came of the answers:\n\n{text}")
            return 1
        judged = list(_as_judged(load_claim(trial)))
        for line in judged:
            _say(line)
        if judged and ask("write it", "n to leave it").strip().casefold() in ("n", "no"):
            _say("Nothing was written.")
            return 1
        trial.replace(target)
    _say(f"Wrote {target}. Check it: onrecord claims check {target}")
    return 0
