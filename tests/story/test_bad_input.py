"""Bad input ends with one clear line that names the field, exit code 2, and nothing stored."""

import pytest

from story.site import Post

CASES = [
    (["source", "add", "https://a.example/feed", "--kind", "telepathy"], "kind"),
    (["source", "add", "not a url"], "url"),
    (["source", "add", ""], "url"),
    (["source", "add", "ftp://a.example/feed"], "url"),
    (["source", "add", "http://127.0.0.1:1/feed"], "url"),
    (["source", "add", "http://169.254.169.254/latest"], "url"),
    (["source", "add", "http://[::1]/feed"], "url"),
    (["source", "add", "http://localhost/feed"], "url"),
    (["source", "add", "https://user:pass@a.example/feed"], "url"),
    (["source", "add", "https://a.example/feed", "--watch", "nobody"], "watches"),
    (["watch", "add", ""], "name"),
    (["watch", "add", "Acme", "--any", " "], "any"),
    (["watch", "add", "Acme", "--role", "boss"], "role"),
    (["watch", "add", "Acme", "--since", "gestern"], "since"),
    (["watch", "show", "w_nothing"], "watch"),
    (["mentions", "show", "m_nothing"], "mention"),
    (["mentions", "show", "../../v1/watches"], "mention"),
    (["mentions", "list", "--limit", "0"], "limit"),
    (["mentions", "list", "--kind", "odd"], "kind"),
    (["mentions", "list", "--cursor", "rubbish"], "cursor"),
    (["key", "create", "x", "--scope", "all"], "scope"),
    (["apply", "missing.toml"], "missing.toml"),
    (["run", "--config", "missing.toml", "--once"], "missing.toml"),
    (["match", '"open'], "query"),
    (["parse", "telepathy"], "kind"),
    (["no-such-command"], "no-such-command"),
]


@pytest.mark.parametrize(
    ("args", "names"), CASES, ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else ""
)
def test_bad_input_is_refused_in_one_line(post: Post, args: list[str], names: str) -> None:
    done = post.earshot(*args)

    assert done.returncode == 2
    assert done.stdout == ""
    assert names in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 4
    assert post.json("watch", "list") == {"watches": []}
    assert post.json("source", "list") == {"sources": []}


TOMLS = {
    "no toml at all": ("= = =", "file"),
    "an unknown field": ('[tenant]\nname = "A"\ncolour = "red"\n', "tenant.colour"),
    "a wrong type": ("[tenant]\nname = 7\n", "tenant.name"),
    "a watch without words": ('[[watch]]\nname = "A"\nterms = { any = [] }\n', "any"),
    "a loopback source": ('[[source]]\nurl = "http://127.0.0.1:9/feed"\n', "url"),
    "a mail address with a line break": ('[[contact]]\nemail = "a@b.example\\nBcc: c@d.example"\n', "email"),
    "an unknown time zone": ('[tenant]\nname = "A"\ntimezone = "Mars/Base"\n', "timezone"),
    "an unknown local setting": ("[local]\nturbo = true\n", "local.turbo"),
}


@pytest.mark.parametrize("name", TOMLS)
def test_a_bad_file_is_refused_by_field(post: Post, name: str) -> None:
    text, field = TOMLS[name]
    (post.folder / "earshot.toml").write_text(text, encoding="utf-8")

    done = post.earshot("run", "--once")

    assert done.returncode == 2
    assert field in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("line", ["{", "[]", '"text"', '{"text": 5}', '{"text": "a", "mood": 1}', '{"language": "de"}'])
@pytest.mark.parametrize("command", [["classify"], ["match", "acme"]])
def test_a_bad_line_is_named_by_its_number(post: Post, command: list[str], line: str) -> None:
    done = post.earshot(*command, stdin='{"text": "Acme ist gut"}\n' + line + "\n")

    assert done.returncode == 2
    assert "line 2" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stdout.splitlines()) == 1


def test_a_bad_environment_is_named_whole(post: Post) -> None:
    done = post.earshot("watch", "list", env={"EARSHOT_OFFLINE": "perhaps", "EARSHOT_SMTP": "nowhere"})

    assert done.returncode == 2
    assert "EARSHOT_OFFLINE" in done.stderr
    assert "EARSHOT_SMTP" in done.stderr
