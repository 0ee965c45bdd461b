"""The names of the keys that a site's models, retrainings and counts have; they share the site's hash tag."""

from dataclasses import dataclass

from service.store.names import Names

LOADED = "parley:loaded"  # HASH web process → when it said so, ms, and JSON of site → the version it serves


@dataclass(frozen=True, slots=True)
class LearningNames(Names):
    """The names of what one site learns."""

    @property
    def models(self) -> str:
        """HASH version → JSON: every model that is kept, without its bytes."""
        return self.key("models")

    @property
    def promoted(self) -> str:
        """HASH version → JSON: when and by whom it was promoted last, and why in spite of the gate."""
        return self.key("models", "promoted")

    @property
    def forgotten(self) -> str:
        """HASH version → how many labels that it learned from are erased."""
        return self.key("models", "forgotten")

    @property
    def standing(self) -> str:
        """HASH: champion, challenger, previous ones; models.py names its fields."""
        return self.key("standing")

    @property
    def job(self) -> str:
        """HASH: the last retraining; jobs.py names its fields."""
        return self.key("job")

    @property
    def served(self) -> str:
        """HASH version → the first day on which it scored comments."""
        return self.key("served")

    def packed(self, version: str) -> str:
        """Name the STRING of a model's bytes, base64."""
        return self.key("model", version)

    def learned(self, version: str) -> str:
        """SET of keyed hashes of the labels a model learned from."""
        return self.key("learned", version)

    def shadow(self, version: str) -> str:
        """HASH: what a challenger would have said; shadows.py names its fields."""
        return self.key("shadow", version)

    def differing(self, version: str) -> str:
        """LIST of comments on which a challenger would have had another verdict, newest first."""
        return self.key("differing", version)

    def scores(self, day: str) -> str:
        """HASH: how scores and texts of one day were spread; scorebook.py names its fields."""
        return self.key("scores", day)

    def sent(self, process: str) -> str:
        """Name the STRING of the last counts that a web process sent."""
        return self.key("sent", process)
