"""The shared suite on a real WordPress with its own database, from Debian's packages. Guests and pingbacks are put
straight into its database by a page of the test's own: WordPress lets a guest speak only every fifteen seconds."""

from __future__ import annotations

import getpass
import html
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest

from tertulia.kit import clock
from tertulia.kit.http import open_client
from tertulia.kit.tests.loopback import PAGE, Asked, Loopback, Told, said, serving
from tertulia.networks.contract import (
    Account,
    Author,
    Draft,
    Gone,
    Key,
    Picture,
    Reconnect,
    Ref,
    Refused,
    Steps,
    TryLater,
    Unsure,
)
from tertulia.networks.stage import Break, drain, key, png, words
from tertulia.networks.testing import ContractSuite
from tertulia.networks.wordpress import WordPress, text, translate
from tests.peers import install
from tests.peers.conftest import _without
from tests.peers.processes import Server, answers, free_ports

_CONFIG = """<?php
define('DB_NAME', 'wp'); define('DB_USER', 'wp'); define('DB_PASSWORD', 'wp'); define('DB_HOST', '127.0.0.1:%(database)s');
define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $one) {
    define($one . '_KEY', '%(secret)s'); define($one . '_SALT', '%(secret)s');
}
define('WP_ENVIRONMENT_TYPE', 'local');  // else application passwords are refused over http
define('WP_HTTP_BLOCK_EXTERNAL', true); define('DISABLE_WP_CRON', true); define('WP_HOME', '%(url)s'); define('WP_SITEURL', '%(url)s');
$table_prefix = 'wp_';
if (!defined('ABSPATH')) { define('ABSPATH', __DIR__ . '/'); }
require_once ABSPATH . 'wp-settings.php';
"""
_ROUTER = """<?php
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if (str_starts_with($path, '/peers/')) {  // what the public does, and what a person does in the back office
    require __DIR__ . '/wp/wp-load.php';
    $told = json_decode(file_get_contents('php://input'), true);
    switch ($path) {
        case '/peers/say': $made = wp_insert_comment(wp_slash($told)); break;
        case '/peers/delete': $made = wp_delete_comment($told['id'], true); break;
        case '/peers/spam': $made = wp_spam_comment($told['id']); break;
        case '/peers/unspam': $made = wp_unspam_comment($told['id']); break;
        case '/peers/password':
            $made = WP_Application_Passwords::create_new_application_password($told['id'], ['name' => uniqid()])[0];
            break;
        case '/peers/user': $made = wp_insert_user($told); break;
        case '/peers/addresses': $wp_rewrite->set_permalink_structure($told['like']); flush_rewrite_rules(); $made = true; break;
    }
    exit(json_encode($made));
}
if (is_file(__DIR__ . '/wp' . $path)) { return false; }
$_SERVER['SCRIPT_NAME'] = '/index.php';
require __DIR__ . '/wp/index.php';
"""
_SETUP = """<?php
define('WP_INSTALLING', true);
require __DIR__ . '/wp/wp-load.php'; require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Panadería & horno', 'panaderia', 'panaderia@correo.example', true, '', wp_generate_password());
update_option('permalink_structure', '/%postname%/'); update_option('show_avatars', 0);
"""


class Site:
    """WordPress on PHP's own server and a MariaDB of its own, on loopback. ``refusals``: what becomes of the next calls."""

    def __init__(self, folder: Path) -> None:
        self._folder, (self._port, database) = folder, free_ports(2)
        self.url = f"http://127.0.0.1:{self._port}"
        self._environment = {**os.environ, "PATH": install.system(), "PHP_CLI_SERVER_WORKERS": "3"}
        me, data = getpass.getuser(), folder / "data"
        self._run("mariadb-install-db", "--no-defaults", f"--datadir={data}", f"--user={me}",
                  "--auth-root-authentication-method=normal")
        self._database = Server("MariaDB", [
            shutil.which("mariadbd", path=install.system()) or "mariadbd", "--no-defaults", f"--user={me}", f"--datadir={data}",
            f"--port={database}", "--bind-address=127.0.0.1", f"--socket={data}/s", "--innodb-buffer-pool-size=64M",
            "--performance-schema=OFF"], folder / "database.log")
        self._database.wait(answers(database))
        self._run("mariadb", "--no-defaults", "-uroot", "-S", f"{data}/s", "-e",
                  "create database wp; create user wp@'127.0.0.1' identified by 'wp'; create user wp@localhost identified by 'wp';"
                  "grant all on wp.* to wp@'127.0.0.1'; grant all on wp.* to wp@localhost")
        shutil.copytree(install.wordpress(), folder / "wp")
        told = {"database": database, "secret": secrets.token_hex(30), "url": self.url}
        (folder / "wp" / "wp-config.php").unlink(missing_ok=True)
        (folder / "wp" / "wp-config.php").write_text(_CONFIG % told)
        (folder / "router.php").write_text(_ROUTER)
        (folder / "setup.php").write_text(_SETUP)
        self._run("php", str(folder / "setup.php"))
        self._server = Server("WordPress", ["php", "-S", f"127.0.0.1:{self._port}", "-t", str(folder / "wp"), str(folder / "router.php")],
                              folder / "php.log", self._environment)
        self._server.wait(answers(self._port))
        self._http = httpx.Client(base_url=self.url, trust_env=False, timeout=30)
        self.faults: dict[str, list[Break]] = {"publish": [], "collect": [], "media": []}

    def _run(self, *command: str) -> None:
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command[0]}: {done.stdout[-800:]} {done.stderr[-800:]}"

    def stop(self) -> None:
        self._http.close()
        self._server.stop()
        self._database.stop()

    def does(self, what: str, **told: Any) -> Any:
        """One of the router's own pages."""
        answer = self._http.post(f"/peers/{what}", json=told)
        assert answer.status_code == 200, answer.text[:500]
        return answer.json()

    def answer(self, asked: Asked) -> Told:
        """What WordPress says, unless something gets in between."""
        kind = {("POST", "/wp-json/wp/v2/posts"): "publish", ("GET", "/wp-json/wp/v2/comments"): "collect",
                ("POST", "/wp-json/wp/v2/media"): "media"}.get((asked.method, asked.path), "")
        fault = self.faults[kind].pop(0) if self.faults.get(kind) else ""
        before = {"error": said({"code": "internal_server_error", "message": "x"}, 500), "html": PAGE,
                  "refuse": said({"code": "rest_cannot_create", "message": "No."}, 403), "limit": Told(429, b"", {"Retry-After": "40"}),
                  "dead": said({"code": "incorrect_password", "message": "No."}, 401)}
        if fault in before:
            return before[fault]
        there = self._http.request(asked.method, asked.path, params=dict(asked.query), content=asked.body, headers={
            name: asked.headers[name] for name in ("authorization", "content-type", "accept", "user-agent") if name in asked.headers})
        if fault == "lost":
            return Told(manner="reset")
        kept = ("content-type", "x-wp-total", "x-wp-totalpages", "date", "location")
        return Told(there.status_code, there.content, {name: there.headers[name] for name in kept if name in there.headers})

    def page(self, address: str) -> httpx.Response:
        """What a visitor is shown there."""
        return self._http.get(address, headers={"Accept": "*/*"})


class Guest:
    """Somebody who comments without an account, or a blog that links to ours."""

    def __init__(self, site: Site, us: Stage, name: str) -> None:
        self._site, self._us, self._name = site, us, name
        self.author: Author = translate.commenter({
            "author": 0, "author_name": name, "author_email": "", "author_url": f"https://{name.lower()}.example"})

    def comment(self, on: Ref, text: str) -> str:
        thing, number = translate.numbered(on.external_id)
        post = number if thing == "post" else int(on.extra["post"])
        return self._say(text, comment_post_ID=post, comment_parent=0 if thing == "post" else number,
                         comment_author_email=f"{self._name.lower()}@correo.example")

    def mention(self, text: str) -> str:
        return self._say(text, comment_post_ID=1, comment_type="pingback", comment_author_url=f"https://{self._name.lower()}.example")

    def _say(self, words: str, **how: Any) -> str:
        return translate.name("comment", self._site.does("say", comment_content=words, comment_author=self._name, **how))

    def message(self, text: str) -> str:
        raise NotImplementedError("a blog has no private messages")

    def delete(self, external_id: str) -> None:
        assert self._site.does("delete", id=translate.numbered(external_id)[1])

    def received(self) -> list[str]:
        return []


class Stage:
    """The bakery's account on the site."""

    patience, burst = 0.0, 205

    def __init__(self, site: Site, server: Loopback, http: httpx.Client, password: str, user: str = "panaderia") -> None:
        self.site, self.http = site, http
        self.account: Account = WordPress.connect({"address": server.url, "user": user, "password": password}, http)

    def network(self) -> WordPress:
        return WordPress(self.account, self.http, lambda secrets: None)

    def public(self, number: int = 0) -> Guest:
        return Guest(self.site, self, ("Ana", "Berto")[number])

    def break_next(self, how: Break, verb: Literal["publish", "collect"] = "publish") -> None:
        self.site.faults[verb].append(how)

    def ask(self, path: str, **params: Any) -> Any:
        """What its author sees."""
        return self.http.get(f"{self.account.base_url}/wp-json/wp/v2/{path}", params={"context": "edit", **params},
                             auth=(self.account.secrets["user"], self.account.secrets["password"])).json()

    def seen(self) -> list[str]:
        return [text.joined(text.read(post["title"]["raw"]).text, text.read(post["content"]["raw"]).text)
                for post in self.ask("posts", per_page=100)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    if reason := install.missing_wordpress():
        _without("WordPress", reason)
    one = Site(tmp_path_factory.mktemp("wordpress"))
    yield one
    one.stop()


@pytest.fixture
def stage(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with serving(site.answer) as server:
        monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", server.host)
        with open_client() as http:
            yield Stage(site, server, http, site.does("password", id=1))


class TestWordPress(ContractSuite):
    network_class = WordPress

    @pytest.fixture
    def stage(self, stage: Stage) -> Stage:
        return stage


# ---------------------------------------------------------------------- what only the real one can tell

PICTURES = (Picture(png(), "image/png", "Una «barra» <gris> & más"), Picture(png(9, 9), "image/png", "Otra"))
TRICKY = "Pan & café <b>no</b> 👩‍👩‍👧\n\nMira https://a.example/x?y=1&z=2, ¿no?\ny [gallery] más\n\n«Fin» \"comillas\" 'simples' -- guiones"


@pytest.fixture(params=["administrator", "editor", "author"])
def someone(request: pytest.FixtureRequest, site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """An account by role: only administrators may write whatever HTML they like, and authors may not moderate."""
    user = f"{request.param}{secrets.token_hex(3)}"
    made = site.does("user", user_login=user, user_pass=secrets.token_hex(8), user_email=f"{user}@correo.example", role=request.param)
    with serving(site.answer) as server:
        monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", server.host)
        with open_client() as http:
            yield Stage(site, server, http, site.does("password", id=made), user)


def test_what_is_written_is_shown_as_it_is_whoever_writes_it(someone: Stage) -> None:
    receipt = someone.network().publish(Draft(TRICKY, pictures=PICTURES), key())
    item = someone.network().read(receipt.ref)
    assert item.text == TRICKY
    assert [one.alt for one in item.attachments] == [one.alt for one in PICTURES]
    assert all(someone.site.page(one.url).headers["content-type"] == "image/png" for one in item.attachments)
    page = someone.site.page(receipt.ref.url).text
    assert '<a href="https://a.example/x?y=1&amp;z=2">' in page or '<a href="https://a.example/x?y=1&#038;z=2">' in page
    assert "<b>no</b>" not in page
    assert "y [gallery] más" in html.unescape(page), "shown, not run"


def test_a_reply_is_found_by_its_words_whoever_writes_it(someone: Stage) -> None:
    if "moderate_comments" not in someone.account.scopes:
        pytest.skip("an author may not moderate, and the channel offers no replies")
    post = someone.network().publish(Draft(words("entrada")), key())
    said = someone.public().comment(post.ref, "¿Abrís?")
    draft, name = Draft(TRICKY, reply_to=Ref(said)), key()
    made = someone.network().publish(draft, name)
    found = someone.network().find(draft, name)
    assert found is not None
    assert found.ref == made.ref
    assert someone.network().publish(draft, name).ref == made.ref, "a 409, and it was ours"
    assert someone.network().read(made.ref).text == TRICKY
    with pytest.raises(Refused) as caught:
        someone.network().publish(draft, key(clock.now() + timedelta(hours=1)))
    assert caught.value.reason == "duplicate"


@pytest.mark.parametrize("step", ["first picture", "second picture", "post"])
def test_a_crash_at_any_step_ends_as_one_post_with_two_pictures(stage: Stage, step: str) -> None:
    kept: dict[str, Any] = {}
    name = replace(key(), steps=Steps(kept, kept.update))
    draft = Draft(words("dos fotos"), pictures=PICTURES)
    stage.site.faults["publish" if step == "post" else "media"] += ["", "lost"] if step == "second picture" else ["lost"]  # type: ignore[list-item]
    with pytest.raises((Unsure, TryLater)):
        stage.network().publish(draft, name)
    again = Key(name.value, name.at, Steps(kept))
    receipt = stage.network().find(draft, again) or stage.network().publish(draft, again)
    assert stage.seen().count(draft.text) == 1
    attachments = stage.network().read(receipt.ref).attachments
    assert [one.alt for one in attachments] == [one.alt for one in PICTURES]
    media = stage.ask("media", search=name.value[-12:]) + stage.ask("media", slug=",".join(
        f"{name.value[-12:]}-imagen-{n}{again}" for n in (1, 2) for again in ("", "-2")))
    assert {one["source_url"] for one in media} == {one.url for one in attachments}
    post = stage.ask(f"posts/{translate.numbered(receipt.ref.external_id)[1]}")
    assert post["featured_media"] == min(one["id"] for one in media)


def test_a_second_post_of_the_same_key_gives_its_place_back(stage: Stage) -> None:
    draft, name = Draft(words("tarde")), key()
    first, second = stage.network().publish(draft, name), stage.network().publish(draft, name)
    assert first.ref == second.ref
    assert stage.seen().count(draft.text) == 1


def test_a_post_in_the_bin_was_sent_and_is_gone(stage: Stage) -> None:
    draft, name = Draft(words("al cubo")), key()
    made = stage.network().publish(draft, name)
    stage.network().delete(made.ref)
    found = stage.network().find(draft, name)
    assert found is not None
    assert (found.ref.external_id, found.evidence["status"]) == (made.ref.external_id, "trash")
    with pytest.raises(Gone):
        stage.network().read(made.ref)
    with pytest.raises(Gone):
        stage.network().publish(Draft("¿Hola?", reply_to=made.ref), key())
    assert stage.network().still_there([made.ref.external_id, "post-1", "post-2", "comment-1"]) >= {"post-1", "post-2"}
    assert made.ref.external_id not in stage.network().still_there([made.ref.external_id])


def test_a_page_of_the_site_is_read_like_a_post(stage: Stage) -> None:
    assert stage.network().read(Ref("post-2")).external_id == "post-2"


def test_spam_vanishes_and_what_is_taken_out_of_it_arrives(stage: Stage) -> None:
    post = stage.network().publish(Draft(words("spam")), key())
    said = stage.public().comment(post.ref, words("compra"))
    _, cursor = drain(stage.network(), {})
    stage.site.does("spam", id=translate.numbered(said)[1])
    batch = stage.network().collect(cursor)
    assert [one.external_id for one in batch.vanished] == [said]
    with pytest.raises(Gone):
        stage.network().read(Ref(said))
    stage.site.does("unspam", id=translate.numbered(said)[1])
    assert [one.external_id for one in stage.network().collect(batch.cursor).items] == [said]


def test_hiding_is_the_queue_of_moderation(stage: Stage) -> None:
    post = stage.network().publish(Draft(words("ocultar")), key())
    said = Ref(stage.public().comment(post.ref, words("feo")))
    for verb, status in (("unhide", "approved"), ("hide", "hold"), ("hide", "hold"), ("unhide", "approved")):
        getattr(stage.network(), verb)(said)
        assert stage.ask(f"comments/{translate.numbered(said.external_id)[1]}")["status"] == status
        assert stage.network().read(said).hidden is (verb == "hide")
    assert stage.network().measure([post.ref])[post.ref.external_id].replies == 1
    stage.network().delete(said)
    stage.network().delete(said)
    assert stage.network().still_there([said.external_id]) == frozenset()


def test_a_site_without_readable_addresses_is_connected_too(stage: Stage, site: Site) -> None:
    site.does("addresses", like="")
    try:
        told = {"address": stage.account.base_url, "user": "panaderia", "password": stage.account.secrets["password"]}
        account = WordPress.connect(told, stage.http)
        network = WordPress(account, stage.http, lambda secrets: None)
        draft, name = Draft(words("fea")), key()
        made = network.publish(draft, name)
        found = network.find(draft, name)
    finally:
        site.does("addresses", like="/%postname%/")
    assert account.settings["api"].endswith("/?rest_route=")
    assert found is not None
    assert found.ref == made.ref


def test_a_wrong_password_is_for_a_person_and_a_bad_picture_is_said(stage: Stage) -> None:
    with pytest.raises(Reconnect) as caught:
        WordPress.connect({"address": stage.account.base_url, "user": "panaderia", "password": "nada"}, stage.http)
    assert caught.value.reason == "bad_credentials"
    with pytest.raises(Refused) as refused:
        stage.network().publish(Draft("Foto", pictures=(Picture(b"no picture", "image/png"),)), key())
    assert refused.value.reason == "bad_media"
