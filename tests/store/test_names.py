"""Each kind of key has a name of its own, whatever a site calls its articles, authors and comments."""

import inspect

from service.store.learning_names import LearningNames
from service.store.names import Names


def test_no_two_kinds_of_keys_share_a_name() -> None:
    names, found = LearningNames("gazette"), []
    for name, method in (vars(Names) | vars(LearningNames)).items():
        if inspect.isfunction(method) and not name.startswith("_") and name not in ("key", "own"):
            found.append(method(names, "user:ann"))
    assert len(found) >= 10
    assert len(set(found)) == len(found)
