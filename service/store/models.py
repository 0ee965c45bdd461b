"""A site's models: which are kept, which one is in use, and their bytes, checked at every reading.

Fields of the standing: champion ('' for the base) · challenger · previous, newest first, in words, `-` for the base ·
n last number given · op last roll back.
"""

import hashlib
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson
from pydantic import TypeAdapter

from models.errors import ModelDamaged
from service.errors import Conflict
from service.learning import SiteModel, Standing
from service.store.connection import Connection
from service.store.encoding import keyed_hash, pack_detail
from service.store.kept import moment, paired
from service.store.learning_names import LOADED, LearningNames
from service.store.lua import Call
from service.store.shelf import Shelf

FIELDS = ("champion", "challenger", "previous")
PREVIOUS_KEPT = 10
MODELS_KEPT = 12
LOADED_MS = 10_000
_MODEL = TypeAdapter(SiteModel)
SiteModels = list[SiteModel]
Standings = list[Standing]
Versions = list[str]


class Models:
    """Every change is one script and writes its event. Raises StoreUnavailable, StoreFull; `secret` keys the hashes."""

    def __init__(self, connection: Connection, secret: bytes, shelf: Shelf) -> None:
        self._connection = connection
        self._secret = secret
        self._shelf = shelf

    def standing(self, site: str) -> Standing:
        """Return which models are in use."""
        return self.standings([site])[0]

    def standings(self, sites: Sequence[str]) -> Standings:
        """Return which models are in use on many sites, in one round trip."""
        rows = self._connection.run_all([("HMGET", LearningNames(site).standing, *FIELDS) for site in sites])
        return [_standing(row) for row in rows]

    def list(self, site: str) -> SiteModels:
        """Return the models that are kept, newest first."""
        names = LearningNames(site)
        hashes = (names.models, names.promoted, names.forgotten)
        kept, promoted, forgotten = self._connection.run_all([("HGETALL", name) for name in hashes])
        found = [_model(row, promoted.get(version), forgotten.get(version)) for version, row in kept.items()]
        return sorted(found, key=lambda model: model.made_at, reverse=True)

    def get(self, site: str, version: str) -> SiteModel | None:
        """Return one model, or None."""
        names = LearningNames(site)
        hashes = (names.models, names.promoted, names.forgotten)
        kept, promoted, forgotten = self._connection.run_all([("HGET", name, version) for name in hashes])
        return _model(kept, promoted, forgotten) if kept else None

    def packed(self, site: str, version: str) -> bytes | None:
        """Return a model's bytes, or None when it is not kept; raises ModelDamaged when they are not what was saved."""
        kept = self._connection.run("HGET", LearningNames(site).models, version)
        if not kept:
            return None
        packed = self._shelf.get(site, version)
        if packed is None:
            raise ModelDamaged(f"the bytes of {version} are gone")
        if hashlib.sha256(packed).hexdigest() != orjson.loads(kept)["sha256"]:
            raise ModelDamaged(f"the bytes of {version} are not those that were saved: their SHA-256 differs")
        return packed

    def next_number(self, site: str) -> int:
        """Return a number that no model of the site has had."""
        return int(self._connection.run("HINCRBY", LearningNames(site).standing, "n", 1))

    def save(self, site: str, model: SiteModel, packed: bytes, learned: Collection[str]) -> None:
        """Keep a model as the challenger; `learned` are the ids of the labels it learned from.

        Raises ModelDamaged when `packed` is not what the model's SHA-256 says. Of many models the oldest that are
        not in use go.
        """
        if hashlib.sha256(packed).hexdigest() != model.sha256:
            raise ModelDamaged(f"{model.version} does not have the SHA-256 that it names")
        names, told = LearningNames(site), {"version": model.version, "base": model.base, "labels": model.labels}
        self._shelf.put(site, model.version, packed)
        self._connection.script(
            "model_save",
            [names.events, names.standing, names.models, names.learned(model.version), names.packed(model.version)],
            [model.version, _written(model), model.by, pack_detail(told), *map(self._digest, learned)],
        )
        self._drop_oldest(site)

    def promote(self, site: str, version: str, by: str, reason: str | None = None) -> Standing:
        """Make a version the champion; the same again changes nothing. Raises Conflict when it is not kept."""
        names = LearningNames(site)
        keys = [names.events, names.standing, names.models, names.promoted]
        answer = self._connection.script("model_promote", keys, [version, by, reason or "", PREVIOUS_KEPT])
        return _changed(answer, f"There is no model {version!r} on this site.")

    def roll_back(self, site: str, by: str) -> Standing:
        """Make the champion before this one the champion again; raises Conflict when there was none."""
        names = LearningNames(site)
        answer = self._connection.script(
            "model_roll_back", [names.events, names.standing], [secrets.token_urlsafe(9), by]
        )
        return _changed(answer, "There is no earlier model to go back to.")

    def set_challenger(self, site: str, version: str | None, by: str) -> Standing:
        """Let a version score live comments without deciding; None ends that. Raises Conflict when it is not kept."""
        names = LearningNames(site)
        keys = [names.events, names.standing, names.models]
        told = pack_detail({"version": version})
        answer = self._connection.script("model_challenge", keys, [version or "", by, told])
        return _changed(answer, f"There is no model {version!r} on this site, or it is the champion.")

    def discard(self, site: str, version: str, by: str) -> bool:
        """Forget a version that is not the champion; False when it is not kept. Raises Conflict for the champion."""
        names = LearningNames(site)
        own = [names.packed(version), names.learned(version), names.shadow(version), names.differing(version)]
        keys = [names.events, names.standing, names.models, names.promoted, names.forgotten, *own]
        outcome = self._connection.script("model_discard", keys, [version, by, pack_detail({"version": version})])
        if outcome == "champion":
            raise Conflict(f"{version!r} is in use; promote another or roll back first.")
        if outcome == "done":
            self._shelf.drop(site, version)
        return bool(outcome == "done")

    def learned_from(self, site: str, *label_ids: str) -> Versions:
        """Return the versions that learned from a label, or from any of several."""
        names, digests = LearningNames(site), [self._digest(label_id) for label_id in label_ids]
        versions = self._connection.run("HKEYS", names.models)
        found = self._connection.run_all([("SMISMEMBER", names.learned(version), *digests) for version in versions])
        return sorted(version for version, are_in in zip(versions, found, strict=True) if any(are_in))

    def learned(self, site: str, version: str, label_ids: Sequence[str]) -> set[str]:
        """Return those of the labels that a version learned from, in one round trip."""
        if not label_ids:
            return set()
        digests = [self._digest(label_id) for label_id in label_ids]
        found = self._connection.run("SMISMEMBER", LearningNames(site).learned(version), *digests)
        return {label_id for label_id, is_in in zip(label_ids, found, strict=True) if is_in}

    def forget(self, site: str, label_ids: Collection[str]) -> None:
        """Note that labels are erased with every model that learned from them; each label counts once."""
        names = LearningNames(site)
        versions = self._connection.run("HKEYS", names.models)
        digests = [self._digest(label_id) for label_id in label_ids]
        calls = [
            Call("model_forget", [names.forgotten, names.learned(version)], [version, *digests]) for version in versions
        ]
        self._connection.scripts(calls if digests else [])

    def say_loaded(self, process: str, versions: Mapping[str, str | None]) -> None:
        """Say which version `process` serves on each of its sites; it is believed for ten seconds."""
        self._connection.script("model_loaded", [LOADED], [process, orjson.dumps(versions).decode(), LOADED_MS])

    def loaded(self, site: str) -> Mapping[str, str | None]:
        """Return the version that each web process serves the site with, of those that said so within ten seconds."""
        flat = self._connection.script("model_loaded", [LOADED], ["", "", LOADED_MS])
        said = {process: orjson.loads(versions) for process, versions in paired(flat).items()}
        return {process: versions[site] for process, versions in said.items() if site in versions}

    def _digest(self, label_id: str) -> str:
        return keyed_hash(self._secret, label_id)

    def _drop_oldest(self, site: str) -> None:
        standing, versions = self.standing(site), [model.version for model in self.list(site)]
        in_use = {standing.champion, standing.challenger, *standing.previous}
        for version in versions[MODELS_KEPT:]:
            if version not in in_use:
                self.discard(site, version, "parley")


def _standing(row: Sequence[str | None]) -> Standing:
    champion, challenger, previous = row
    earlier = tuple(None if word == "-" else word for word in (previous or "").split())
    return Standing(champion or None, challenger or None, earlier)


def _changed(answer: Sequence[str], problem: str) -> Standing:
    if not answer:
        raise Conflict(problem)
    return _standing(answer)


def _written(model: SiteModel) -> str:
    return orjson.dumps(model).decode()


def _model(kept: str, promoted: str | None, forgotten: str | None) -> SiteModel:
    model = replace(_MODEL.validate_json(kept), forgotten=int(forgotten or 0))
    if not promoted:
        return model
    fields: Mapping[str, Any] = orjson.loads(promoted)
    return replace(
        model, promoted_at=moment(fields["at"]), promoted_by=fields["by"], override=fields.get("reason") or None
    )
