"""The shared suite on a real WordPress with its own database, from Debian's packages. Guests and pingbacks are put
straight into its database by a page of the test's own: WordPress lets a guest speak only every fifteen seconds."""

from __future__ import annotations

import getpass
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest

from tertulia.kit import clock
from tertulia.kit.http import open_client
from tertulia.kit.tests.loopback import PAGE, Asked, Loopback, Told, said, serving
from tertulia.networks.contract import Account, Author, Draft, Gone, Key, Picture, Reconnect, Ref, Refused, Steps, Unsure
from tertulia.networks.stage import Break, drain, key, png, words
from tertulia.networks.testing import ContractSuite
from tertulia.networks.wordpress import WordPress, text, translate
from tests.peers import install
from tests.peers.conftest import _without
from tests.peers.processes import Server, answers, free_ports

_CONFIG = """<?php
define('DB_NAME', 'wp'); define('DB_USER', 'wp'); define('DB_PASSWORD', 'wp'); define('DB_HOST', '127.0.0.1:%(database)s');
define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $one) { define($one . '_KEY', '%(secret)s'); define($one . '_SALT', '%(secret)s'); }
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
        case '/peers/password': $made = WP_Application_Passwords::create_new_application_password($told['id'], ['name' => uniqid()])[0]; break;
        case '/peers/user': $made = wp_insert_user($told); break;
        case '/peers/option': $made = update_option($told['name'], $told['value']); flush_rewrite_rules(); break;
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
        self.url, self._environment = f"http://127.0.0.1:{self._port}", {**os.environ, "PATH": install.system(), "PHP_CLI_SERVER_WORKERS": "3"}
        me, data = getpass.getuser(), folder / "data"
        self._run("mariadb-install-db", "--no-defaults", f"--datadir={data}", f"--user={me}", "--auth-root-authentication-method=normal")
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
        headers = {name: value for name, value in asked.headers.items() if name not in ("host", "content-length", "connection", "accept-encoding")}
        there = self._http.request(asked.method, asked.path, params=dict(asked.query), headers=headers, content=asked.body)
        if fault == "lost":
            return Told(manner="reset")
        kept = {name: value for name, value in there.headers.items()
                if name in ("content-type", "x-wp-total", "x-wp-totalpages", "date", "location")}
        return Told(there.status_code, there.content, kept)


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

    def posts(self) -> list[Any]:
        """All the published posts, as their author sees them."""
        return self.http.get(f"{self.account.base_url}/wp-json/wp/v2/posts", params={"context": "edit", "per_page": 100},  # type: ignore[no-any-return]
                             auth=(self.account.secrets["user"], self.account.secrets["password"])).json()

    def seen(self) -> list[str]:
        return [text.joined(text.read(post["title"]["raw"]).text, text.read(post["content"]["raw"]).text) for post in self.posts()]


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
