"""What other platforms' moderators decided comes in from files, however long or broken, and comes in once."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.errors import StoreUnavailable
from service.settings import Settings
from service.store.connect import Store, connect
from service.store.imports import Imports
from service.store.label import Label
from service.values import Author, Choice, Decision
from tests.store.scenes import assessed as assessed_comment
from tests.store.scenes import comment

SITE = "gazette"


@pytest.fixture
def store(parley, raw, settings: Settings):
    parley("sites", "create", SITE)
    connected = connect(settings)
    yield connected
    connected.close()


def labels(store: Store) -> dict[str | None, Label]:
    return {label.reference: label for label in store.labels.all(SITE)}


def table(result) -> dict[str, int]:
    rows = (line.rsplit("\t", 1) for line in result.stdout.splitlines())
    return {what: int(number) for what, number in rows}


def wxr_comment(number: int, approved: str = "1", text: str = "Thank you.", **more: str) -> str:
    told = {
        "comment_id": str(number),
        "comment_author": "Ann",
        "comment_author_email": "ann@example.org",
        "comment_author_url": "https://ann.example",
        "comment_date_gmt": "2019-03-02 10:11:12",
        "comment_content": text,
        "comment_approved": approved,
        "comment_type": "comment",
        "comment_user_id": "0",
    } | more
    return (
        "<wp:comment>\n"
        + "\n".join(f"<wp:{name}><![CDATA[{value}]]></wp:{name}>" for name, value in told.items())
        + "\n</wp:comment>"
    )


def wxr(*comments: str, version: str = "1.2") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8" ?>\n'
        f'<rss version="2.0" xmlns:wp="http://wordpress.org/export/{version}/">\n<channel><title>A blog</title>\n'
        "<item><title>A post</title>\n" + "\n".join(comments) + "\n</item></channel></rss>"
    )


def disqus_post(number: int, text: str = "<p>Thank you.</p>", deleted: str = "false", spam: str = "false") -> str:
    return (
        f'<post dsq:id="{number}"><id /><message><![CDATA[{text}]]></message>'
        f"<createdAt>2016-07-01T08:00:00Z</createdAt><isDeleted>{deleted}</isDeleted><isSpam>{spam}</isSpam>"
        "<author><name>Ann</name><isAnonymous>false</isAnonymous><username>ann7</username></author>"
        '<thread dsq:id="5" /></post>'
    )


def disqus(*posts: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<disqus xmlns="http://disqus.com" '
        'xmlns:dsq="http://disqus.com/disqus-internals">\n<thread dsq:id="5"><title>A post</title></thread>\n'
        + "\n".join(posts)
        + "\n</disqus>"
    )


@pytest.fixture
def write(tmp_path: Path):
    def written(name: str, content: str | bytes) -> str:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return written


@pytest.mark.parametrize("version", ["1.0", "1.2"])
def test_a_wordpress_export_is_read(parley, store, write, version):
    export = wxr(
        wxr_comment(1, text='See <a href="https://x.example">this</a> &amp; that.'),
        wxr_comment(2, "spam", "Cheap watches", comment_author_email=""),
        wxr_comment(3, "trash", "You fool", comment_user_id="44"),
        wxr_comment(4, "0", "Is this on?"),
        wxr_comment(5, "post-trashed", "Is this on?"),
        wxr_comment(6, text="[...] a post [...]", comment_type="pingback"),
        wxr_comment(7, text="  "),
        wxr_comment(8, comment_type="", text="Old ones have no type."),
        version=version,
    )
    result = parley("import", SITE, write("blog.xml", export))
    assert result.exit_code == 0, result.output
    assert table(result) == {
        "new": 4,
        "approve": 2,
        "reject, spam": 1,
        "reject": 1,
        "skipped: not decided there": 2,
        "skipped: pingback instead of a comment": 1,
        "skipped: no text": 1,
    }
    found = labels(store)
    assert set(found) == {"1", "2", "3", "8"}
    first = found["1"]
    assert (first.source, first.value, first.text) == (
        "import:blog",
        "approve",
        'See <a href="https://x.example">this</a> & that.',
    )
    assert first.at == datetime(2019, 3, 2, 10, 11, 12, tzinfo=UTC)
    assert first.author == Author(name="Ann", email="ann@example.org", url="https://ann.example")
    assert (found["2"].value, found["2"].reason) == ("reject", "spam")
    assert (found["3"].value, found["3"].reason) == ("reject", None)
    assert store.comments.erase_author(SITE, "44").labels == 1


def test_a_disqus_export_is_read_as_text(parley, store, write):
    export = disqus(
        disqus_post(1, '<p>One &amp; two.</p><p>See <a href="https://x.example/long/path">x.example/lo...</a></p>'),
        disqus_post(2, "<p>Cheap</p>", spam="true"),
        disqus_post(3, "<p>You fool</p>", deleted="true"),
        disqus_post(4, "<p> </p>"),
    )
    result = parley("import", SITE, write("disqus.xml", export))
    assert table(result) == {"new": 3, "approve": 1, "reject, spam": 1, "reject": 1, "skipped: no text": 1}
    found = labels(store)
    assert found["1"].text == "One & two.\n\nSee https://x.example/long/path"
    assert found["1"].at == datetime(2016, 7, 1, 8, tzinfo=UTC)
    assert store.comments.erase_author(SITE, "ann7").labels == 3


def test_what_was_thrown_away_can_be_left_out(parley, store, write):
    path = write("d.xml", disqus(disqus_post(1), disqus_post(2, deleted="true")))
    assert table(parley("import", SITE, path, "--trash", "skip")) == {
        "new": 1,
        "approve": 1,
        "skipped: thrown away": 1,
    }


def test_the_same_file_again_adds_nothing(parley, store, write):
    path = write("blog.xml", wxr(wxr_comment(1), wxr_comment(2, "spam")))
    parley("import", SITE, path)
    before = list(store.labels.all(SITE))
    assert table(parley("import", SITE, path, "--name", "again"))["there already"] == 2
    assert list(store.labels.all(SITE)) == before


def test_a_later_export_changes_what_was_decided_anew(parley, store, write):
    parley("import", SITE, write("blog.xml", wxr(wxr_comment(1), wxr_comment(2))))
    result = parley("import", SITE, write("blog-2.xml", wxr(wxr_comment(1), wxr_comment(2, "spam"), wxr_comment(3))))
    assert table(result) == {
        "new": 1,
        "changed since the last import": 1,
        "there already": 1,
        "approve": 2,
        "reject, spam": 1,
    }
    assert store.labels.count(SITE) == 3


def test_a_trial_keeps_nothing(parley, store, write, raw):
    before = set(raw.keys("*"))
    result = parley("import", SITE, write("blog.xml", wxr(wxr_comment(1), wxr_comment(2, "spam"))), "--dry-run")
    assert table(result) == {"would be kept, or are there": 2, "approve": 1, "reject, spam": 1}
    assert set(raw.keys("*")) == before


def test_what_a_person_decided_here_stands(parley, store, write):
    store.comments.submit(SITE, [(comment("c-1", "Mine."), assessed_comment())])
    store.queues.claim(SITE, "main", "ann", 1, 60_000, "t", 9)

    store.queues.decide(SITE, "t", "ann", [Decision("c-1", Choice.APPROVE)], "op", 0)
    path = write("rows.csv", "id,text,label\nc-1,Mine.,reject\n")
    assert table(parley("import", SITE, path)) == {"decided by a person here": 1, "reject": 1}


def test_a_table_is_read_with_usual_names(parley, store, write):
    rows = (
        "id,comment,status,author,date\n"
        '1,"One, two\nthree",approved,ann@example.org,2020-01-02T03:04:05Z\n'
        "2,Cheap,spam,bob,1577934245\n"
        "3,You fool,trash,,\n"
        "4,Hm,pending,,\n"
    )
    result = parley("import", SITE, write("rows.csv", rows))
    assert table(result)["new"] == 3
    found = labels(store)
    assert found["1"].text == "One, two\nthree"
    assert found["1"].at == datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert found["2"].at == datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert (found["2"].reason, found["3"].reason) == ("spam", None)
    assert store.comments.erase_author(SITE, "ANN@example.org").labels == 1


def test_columns_can_be_named(parley, store, write):
    rows = "nr;wer;was;gut\n1;ann;Danke;yes\n2;bob;Nein;no\n"
    words = ("--text", "was", "--label", "gut", "--id", "nr", "--author", "WER", "--ones", "approve")
    assert table(parley("import", SITE, write("zeilen.csv", rows), *words)) == {"new": 2, "approve": 1, "reject": 1}


@pytest.mark.parametrize(
    ("column", "of_one", "of_zero"),
    [("is_spam", ("reject", "spam"), ("approve", None)), ("approved", ("approve", None), None)],
)
def test_a_column_that_says_what_its_ones_mean_is_believed(parley, store, write, column, of_one, of_zero):
    parley("import", SITE, write("rows.csv", f"id,text,{column}\n1,One,1\n2,Two,0\n"))
    found = {id_: (label.value, label.reason) for id_, label in labels(store).items()}
    assert found == {"1": of_one} | ({"2": of_zero} if of_zero else {})


def test_ones_that_could_mean_either_are_asked_about(parley, store, write):
    path = write("rows.csv", "text,label\nOne,1\nTwo,0\n")
    result = parley("import", SITE, path)
    assert result.exit_code == 1
    assert "rows.csv: Line 2: the column 'label' holds 1 and 0; say with --ones what 1 means." in result.stderr
    assert store.labels.count(SITE) == 0
    assert table(parley("import", SITE, path, "--ones", "reject")) == {"new": 2, "reject": 1, "approve": 1}


@pytest.mark.parametrize(
    ("rows", "said"),
    [("a,b\n1,2\n", "say with --text"), ("text,b\n1,2\n", "say with --label"), ("", "say with --text")],
)
def test_a_table_without_what_is_needed_is_told_in_one_line(parley, store, write, rows, said):
    result = parley("import", SITE, write("rows.csv", rows))
    assert result.exit_code == 1
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_rows_that_are_broken_are_told_by_line_and_the_others_kept(parley, store, write):
    rows = (
        b"id,text,label\n1,Fine,approved\n2,too,many,approved\n3,Caf\xe9,approved\n4,Hm,perhaps\n\n5,Good,ham\n"
        b'6,"never closed,ham\n7,x,ham\n'
    )
    result = parley("import", SITE, write("rows.csv", rows))
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "rows.csv line 3: 4 columns instead of 3",
        "rows.csv line 4: not readable in this encoding",
        "rows.csv line 5: an unknown word in 'label'",
        "rows.csv line 8: 2 columns instead of 3",
        "Error: 4 entries could not be read; the others are kept.",
    ]
    assert set(labels(store)) == {"1", "5"}


def test_another_encoding_can_be_named(parley, store, write):
    path = write("rows.csv", "id,text,label\n1,Café,ham\n".encode("latin-1"))
    assert parley("import", SITE, path, "--encoding", "latin-1").exit_code == 0
    assert labels(store)["1"].text == "Café"


@pytest.mark.parametrize("encoding", ["no-such", "base64", "undefined"])
def test_an_encoding_that_is_none_is_told(parley, store, write, encoding):
    result = parley("import", SITE, write("rows.csv", "id,text,label\n1,Hi,ham\n"), "--encoding", encoding)
    assert (result.exit_code, result.stderr) == (1, f"Error: There is no encoding {encoding!r} for texts.\n")


def test_a_spreadsheets_own_encoding_is_seen(parley, store, write):
    parley("import", SITE, write("rows.csv", "id\ttext\tlabel\n1\tCafé\tham\n".encode("utf-16")))
    assert labels(store)["1"].text == "Café"


def test_json_lines_are_read(parley, store, write):
    lines = [
        {
            "id": 1,
            "text": "Fine.",
            "label": "approve",
            "author": {"id": "7", "name": "Ann"},
            "at": "2020-01-02T03:04:05Z",
        },
        {"id": 2, "text": "You fool.", "label": "reject", "reason": "insult", "author": "bob"},
        {
            "comment": {"text": "Cheap watches."},
            "attributeScores": {"SPAM": {"summaryScore": {"value": 0.9}}, "TOXICITY": {"summaryScore": {"value": 0.2}}},
        },
        {"comment": {"text": "Hm."}, "attributeScores": {"NUANCE_EXPERIMENTAL": {"summaryScore": {"value": 0.9}}}},
    ]
    result = parley("import", SITE, write("l.jsonl", "".join(json.dumps(line) + "\n" for line in lines)))
    assert table(result) == {
        "new": 3,
        "approve": 1,
        "reject, insult": 1,
        "reject, spam": 1,
        "skipped: no score that is known here": 1,
    }
    found = labels(store)
    assert found["1"].author == Author(name="Ann")
    assert found[None].says == {"spam": 0.9, "toxicity": 0.2}
    assert store.comments.erase_author(SITE, "7").labels == 1


def test_broken_lines_are_told_and_what_they_say_is_not_repeated(parley, store, write):
    lines = (
        b'{"id": 1, "text": "Fine.", "label": "ham"}\nsecret words\n[1]\n'
        b'{"id": 2, "text": 5, "label": "ham"}\n{"a": 1}\n'
    )
    result = parley("import", SITE, write("l.jsonl", lines))
    assert result.exit_code == 1
    assert [line.split(":")[0] for line in result.stderr.splitlines()[:-1]] == [
        *("l.jsonl line 2", "l.jsonl line 3", "l.jsonl line 4", "l.jsonl line 5")
    ]
    assert "secret" not in result.output
    assert set(labels(store)) == {"1"}


def test_what_labels_list_prints_can_come_in_elsewhere(parley, store, write):
    parley("import", SITE, write("blog.xml", wxr(wxr_comment(1), wxr_comment(2, "spam", "Cheap"))))
    printed = parley("labels", "list", SITE).stdout
    parley("sites", "create", "other")
    assert table(parley("import", "other", write("l.jsonl", printed))) == {"new": 2, "approve": 1, "reject, spam": 1}


@pytest.mark.parametrize(
    "bomb",
    [
        '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss SYSTEM "http://example.org/evil.dtd">',
    ],
)
def test_entities_and_document_types_are_refused(parley, store, write, bomb):
    export = wxr(wxr_comment(1)).replace("<rss", f"{bomb}<rss", 1)
    result = parley("import", SITE, write("bomb.xml", export))
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: bomb.xml: The file declares a document type or entities")
    assert store.labels.count(SITE) == 0


def test_a_file_that_breaks_off_gives_what_came_before(parley, store, write):
    export = wxr(*(wxr_comment(number) for number in range(1, 6)))
    result = parley("import", SITE, write("blog.xml", export[: export.index("<wp:comment_id><![CDATA[4]]>") + 5]))
    assert result.exit_code == 1
    assert set(labels(store)) == {"1", "2", "3"}
    assert "blog.xml line 39: the XML is broken; nothing after it was read" in result.stderr


def test_signs_that_xml_forbids_and_broken_bytes_do_not_end_the_file(parley, store, write):
    export = wxr(wxr_comment(1, text="A\x08B"), wxr_comment(2, text="Caf@"), wxr_comment(3)).encode()
    result = parley("import", SITE, write("blog.xml", export.replace(b"Caf@", b"Caf\xe9")))
    assert {id_: label.text for id_, label in labels(store).items()} == {"1": "A B", "3": "Thank you."}
    assert "blog.xml line 16: not readable in this encoding" in result.stderr


def test_an_encoding_that_the_file_declares_is_believed(parley, store, write):
    export = wxr(wxr_comment(1, text="Café")).replace("UTF-8", "ISO-8859-1").encode("latin-1")
    parley("import", SITE, write("blog.xml", export))
    assert labels(store)["1"].text == "Café"


@pytest.mark.parametrize("encoding", ["base64", "undefined", "idna", "utf-7", "utf-16", "no-such"])
def test_an_encoding_that_the_file_cannot_have_is_not_believed(parley, store, write, encoding):
    parley("import", SITE, write("blog.xml", wxr(wxr_comment(1, text="Café")).replace("UTF-8", encoding)))
    assert labels(store)["1"].text == "Café"


def test_a_kind_that_cannot_be_told_is_asked_for(parley, store, write):
    result = parley("import", SITE, write("blog.xml", "<something/>"))
    assert (result.exit_code, result.stderr) == (
        1,
        "Error: blog.xml: It does not tell what kind of file it is; say so with --format.\n",
    )


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("wxr", wxr(wxr_comment(1)).replace("wordpress.org", "elsewhere.example")),
        ("disqus", disqus(disqus_post(1)).replace("disqus.com", "elsewhere.example")),
        ("csv", "id,text,label\n1,Good,ham\n"),
        ("jsonl", '{"id": 1, "text": "Good", "label": "ham"}\n'),
    ],
)
def test_the_kind_can_be_said(parley, store, write, kind, content):
    assert table(parley("import", SITE, write("export", content), "--format", kind)) == {"new": 1, "approve": 1}


def test_texts_longer_than_a_comment_may_be_are_left_out(parley, store, write, monkeypatch):
    monkeypatch.setenv("PARLEY_MAX_TEXT_CHARS", "10")
    path = write("rows.csv", "text,label\nshort,ham\nlonger than ten,ham\n")
    assert table(parley("import", SITE, path))["skipped: longer than a comment may be"] == 1
    assert store.labels.count(SITE) == 1


def test_many_broken_rows_are_told_in_few_lines(parley, store, write):
    result = parley("import", SITE, write("rows.csv", "text,label\n" + "x,perhaps\n" * 500))
    assert len(result.stderr.splitlines()) == 22
    assert "rows.csv: … and 480 more" in result.stderr


def test_an_import_that_the_store_cuts_short_goes_on_when_it_is_given_again(parley, store, write, monkeypatch):
    path = write("rows.csv", "id,text,label\n" + "".join(f"{n},Text {n},ham\n" for n in range(1000)))
    add, calls = Imports.add, []

    def sometimes(*args):
        calls.append(args)
        if len(calls) == 3:
            raise StoreUnavailable
        return add(*args)

    monkeypatch.setattr(Imports, "add", sometimes)
    result = parley("import", SITE, path)
    assert result.exit_code == 1
    assert "The store does not answer. 200 labels are kept; the same command again goes on." in result.stderr
    assert table(parley("import", SITE, path)) == {"new": 800, "there already": 200, "approve": 1000}
    assert store.labels.count(SITE) == 1000


def test_several_files_come_in_at_once(parley, store, write):
    paths = [write("a.xml", wxr(wxr_comment(1))), write("b.csv", "id,text,label\n1,Good,ham\n")]
    assert table(parley("import", SITE, *paths))["new"] == 2
    assert {label.source for label in store.labels.all(SITE)} == {"import:a", "import:b"}


def test_an_unknown_site_is_told(parley, store, write):
    assert parley("import", "nowhere", write("b.csv", "id,text,label\n1,Good,ham\n")).exit_code == 1


def test_labels_are_listed_counted_and_dropped(parley, store, write):
    parley("import", SITE, write("blog.xml", wxr(wxr_comment(1), wxr_comment(2, "spam", "Cheap"))))
    printed = [json.loads(line) for line in parley("labels", "list", SITE, "--value", "reject").stdout.splitlines()]
    assert [(one["text"], one["label"], one["reason"]) for one in printed] == [("Cheap", "reject", "spam")]
    assert parley("labels", "count", SITE).stdout == "import:blog\tapprove\t1\nimport:blog\treject\t1\n"
    assert parley("labels", "drop", SITE, printed[0]["id"]).exit_code == 0
    assert parley("labels", "count", SITE).stdout == "import:blog\tapprove\t1\n"
    gone = parley("labels", "drop", SITE, printed[0]["id"])
    assert (gone.exit_code, gone.stderr) == (1, f"Error: There is no label {printed[0]['id']!r}.\n")


def test_a_list_goes_on_over_many_pages_and_ends_where_it_is_told(parley, store, write, monkeypatch):
    monkeypatch.setattr("service.cli.labels.AT_ONCE", 10)
    path = write("rows.csv", "id,text,label\n" + "".join(f"{n},Text {n},ham\n" for n in range(35)))
    parley("import", SITE, path)
    assert len(parley("labels", "list", SITE).stdout.splitlines()) == 35
    assert len(parley("labels", "list", SITE, "--limit", "13").stdout.splitlines()) == 13


def test_erasing_names_what_is_gone(parley, store, write):
    parley("import", SITE, write("blog.xml", wxr(wxr_comment(1), wxr_comment(2))))
    assert parley("erase", SITE, "--comment", "1").stdout == "0\t1\n"
    assert parley("erase", SITE, "--author", "ann@example.org").stdout == "0\t1\n"
    assert parley("erase", SITE, "--comment", "1").exit_code == 1
    assert parley("erase", SITE).exit_code == 2
