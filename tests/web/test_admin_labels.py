"""`/admin/labels`: what the model learns from, and dropping what is wrong."""

import re

import pytest

from service.moderation import feedback
from service.values import Opinion
from tests.web.comments import assessment, comment
from tests.web.conftest import OTHER_SITE, SITE, words
from tests.web.reports import site_model, trained


@pytest.fixture
def labelled(desk):
    """Have the platform say of c-1 to c-60 that they are fine, and of c-61 that it is spam."""
    desk.store.comments.submit(SITE, [(comment(number), assessment(insult=0.6)) for number in range(1, 62)])
    for number in range(1, 61):
        feedback.feedback(desk, SITE, f"c-{number}", Opinion.FINE, "key:k")
    feedback.feedback(desk, SITE, "c-61", Opinion.SPAM, "key:k")


@pytest.mark.parametrize("who", ["moderator", "lead"])
def test_labels_hold_texts_so_they_are_for_admins(request, who):
    person = request.getfixturevalue(who)
    for path in ("/admin/labels", "/admin/labels.csv"):
        assert person.get(path).status_code == 403
    assert person.post("/admin/labels/drop", {"id": "c-1"}).status_code == 403


def test_labels_are_counted_by_source_and_value(admin, labelled):
    page = words(admin.get("/admin/labels"))
    assert "61 labels of gazette" in page
    assert "platform fine 60 platform spam 1" in page
    assert admin.get("/admin/labels.csv").get_data(as_text=True) == (
        "source,value,labels\r\nplatform,fine,60\r\nplatform,spam,1\r\n"
    )


def test_every_label_is_found_page_by_page(admin, labelled):
    seen, path = [], f"/admin/labels?site={SITE}"
    while path:
        html = admin.get(path).get_data(as_text=True)
        seen += re.findall(r'aria-label="Label on ([^"]+)"', html)
        following = re.search(r'rel="next" href="([^"]+)"', html)
        path = following and following[1].replace("&amp;", "&")
    assert sorted(seen) == sorted(f"c-{number}" for number in range(1, 62))


def test_filters_leave_the_rest_out(admin, labelled):
    html = admin.get("/admin/labels?source=platform&value=spam").get_data(as_text=True)
    assert re.findall(r'aria-label="Label on ([^"]+)"', html) == ["c-61"]
    assert "Nothing matches." in words(admin.get("/admin/labels?source=import"))


def test_a_dropped_label_is_gone_and_the_models_that_learned_from_it_are_named(admin, desk, labelled):
    trained(desk, SITE, site_model())  # which learned from c-1
    answer = admin.post("/admin/labels/drop", {"id": "c-1"})
    assert answer.status_code == 303
    assert "The label is dropped. Learned from it: fake-1.1." in words(admin.get(answer.location))
    assert desk.store.labels.get(SITE, "c-1") is None
    assert desk.store.models.get(SITE, "fake-1.1").forgotten == 1
    assert admin.post("/admin/labels/drop", {"id": "c-999"}).status_code == 404


def test_hidden_characters_are_shown_and_nothing_is_live(admin, desk):
    desk.store.comments.submit(SITE, [(comment(1, "See\u200b <a href=x>here</a>"), assessment(insult=0.6))])
    feedback.feedback(desk, SITE, "c-1", Opinion.SPAM, "key:k")
    html = admin.get("/admin/labels").get_data(as_text=True)
    assert 'title="zero width space">ZWSP</span> &lt;a href=x&gt;here' in html


def test_another_sites_labels_are_not_seen_and_not_touched(person, desk, labelled):
    eve = person("eve", "admin", (OTHER_SITE,))
    assert "There are none yet." in words(eve.get("/admin/labels"))
    assert eve.post("/admin/labels/drop", {"id": "c-1"}).status_code == 404
    assert eve.post("/admin/labels/drop", {"id": "c-1", "site": SITE}).status_code == 404
    assert desk.store.labels.count(SITE) == 61
