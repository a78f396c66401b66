"""A configuration that changes: the file is the truth about what it names."""

from story.mailbox import receiving
from story.site import Entry, Post, Site, a_feed

SAD = "Im Café Morgenrot eine Stunde gewartet. Sehr enttäuschend, schlechter Service, nie wieder."


def test_a_contact_that_left_the_file_is_not_told_any_more(post: Post, site: Site) -> None:
    with receiving() as (box, smtp):
        post.extra_env = {"EARSHOT_SMTP": smtp}
        site.put("/feed", a_feed(Entry("https://blog.example/1", "Eins", SAD)))
        post.configure("/feed")
        post.once()
        file = post.folder / "earshot.toml"
        file.write_text(file.read_text("utf-8").replace("chefin@", "neue.chefin@"), encoding="utf-8")
        site.put("/feed", a_feed(Entry("https://blog.example/2", "Zwei", SAD)))

        post.once()

        assert [mail["To"] for mail in box.mails] == ["chefin@morgenrot.example", "neue.chefin@morgenrot.example"]


def test_what_commands_added_outlives_a_change_of_the_file(post: Post, site: Site) -> None:
    post.configure("/feed")
    post.once()
    post.json("watch", "add", "Hafenröstung")
    (post.folder / "earshot.toml").write_text('[tenant]\nname = "Morgenrot"\nsearch = false\n', encoding="utf-8")

    post.once()

    assert [watch["name"] for watch in post.json("watch", "list")["watches"]] == ["Hafenröstung"]
    assert post.json("source", "list")["sources"] == []


def test_a_file_with_a_mistake_changes_nothing(post: Post, site: Site) -> None:
    post.configure("/feed", extra='[[source]]\nkind = "telepathy"\n')

    done = post.earshot("run", "--once")

    assert done.returncode == 2
    assert "source[2].kind" in done.stderr
    assert post.json("watch", "list")["watches"] == []


def test_the_practice_company_does_not_take_over_what_commands_set_up(post: Post, site: Site) -> None:
    site.put("/feed", a_feed(Entry("https://blog.example/1", "Eins", SAD)))
    post.json("watch", "add", "Café Morgenrot", "--since", "2026-11-01")
    post.json("source", "add", site.url("/feed"))

    summary = post.once()
    automatic = [source for source in post.json("source", "list")["sources"] if source["automatic"]]

    assert (summary["found"], summary["sources"] - len(automatic)) == (1, 1)
