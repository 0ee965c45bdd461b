from tests.lessons import decided
from tests.moderation.learning.conftest import SITE


def test_x(desk, trained):
    import time

    t = time.time()
    decided(desk.store, SITE, 300)
    print("decided", time.time() - t)
    t = time.time()
    print(trained(), time.time() - t)
    m = desk.store.models.list(SITE)[0]
    import dataclasses

    r = m.report
    for c in r.gate:
        print(c)
    for h in r.heads:
        print(h.attribute, h.chosen, h.rows, h.positives, h.figures)
    for h in r.slices:
        print(h)
    print(r.reviewed, r.drift)
    import orjson

    print(len(orjson.dumps(m)))
    assert 0
