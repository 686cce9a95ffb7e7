"""Short ways from entries and rules to how rules end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from layertui.analysis.inspection import Inspection, inspect_image
from layertui.config.ci_file import load_policies
from layertui.policy.judging import Judgement, judge
from layertui.policy.values import DEFAULT
from layertui.sources import open_image
from tests import archives, builders

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from layertui.analysis.rules import RuleResult
    from layertui.insight.finding import Finding
    from layertui.policy.baseline import Baseline, KnownPackage
    from layertui.policy.values import Policies

TODAY = date(2026, 6, 1)


def inspected(*layers: Sequence[bytes], commands: Sequence[str] = ()) -> Inspection:
    """Return an inspected image of layers, each given as its entries.

    Args:
        layers: Bottom to top.
        commands: What made each, where that is told.
    """
    blobs = [builders.layer(*entries) for entries in layers]
    about = archives.config(blobs)
    if commands:
        history = [{"created_by": command} for command in commands]
        about = archives.config(blobs, history=history)
    with TemporaryDirectory() as folder:
        members = archives.docker_save(blobs, about=about)
        image = open_image(str(archives.write_tarball(members, Path(folder) / "image.tar")))
        inspection = inspect_image(image)
        image.close()
    return inspection


def policies(text: str, folder: Path, name: str = "rules.toml") -> Policies:
    """Return what a rules file asks."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return load_policies(path, {})


def judged(
    inspection: Inspection,
    text: str,
    folder: Path,
    *,
    findings: Sequence[Finding] = (),
    baseline: Baseline | None = None,
    packages: Mapping[str, KnownPackage] | None = None,
    today: date = TODAY,
) -> Judgement:
    """Return how an image does by the TOML of a rules file; the defaults are left out."""
    policy = policies(text, folder).of(("shop/api:2.4",))
    given = {name: limit for name, limit in policy.limits.items() if limit.origin != DEFAULT}
    return judge(
        inspection,
        replace(policy, limits=given),
        today=today,
        findings=findings,
        baseline=baseline,
        packages=packages,
    )


def only(judgement: Judgement) -> RuleResult:
    """Return the one rule that was judged."""
    [rule] = judgement.rules
    return rule
