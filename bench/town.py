"""A town of brands to measure the inbox in: millions of messages made inside PostgreSQL, kept in a folder for the next time.

Brands, persons and words come as often as in life: the first is met twice as often as the second, three times as the third.
The texts are put together from words spelled here; nobody wrote them.
"""

from __future__ import annotations

import json
import math
import os
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

BRANDS, AGENTS = 200, 50
#: Messages a conversation, on average; the share of conversations, of the newest, that wait.
TALK, WAITING = 3.3, 0.3
_FRAGMENTS = 120_000
BIG = ("people_profile", "inbox_subject", "inbox_conversation", "inbox_message")

#: A line each: words that come most, the commonest first; stems and endings that others are made of; names; surnames.
_COMMON, _STEMS, _ENDINGS, FIRST, LAST = (
    line.split() for line in Path(__file__).with_name("words.txt").read_text(encoding="utf-8").splitlines())

#: What is understood, and how often in a hundred: judgement, intents, sentiment, offence, department, importance, urgency, language.
_KINDS: list[tuple[int, str, list[str], str, str, str, int, int, str]] = [
    (26, "none", ["question"], "neutral", "NO", "care", 1, 1, "es"), (9, "none", ["presales"], "neutral", "NO", "sales", 2, 1, "es"),
    (20, "none", ["praise"], "positive", "NO", "none", 1, 1, "es"), (14, "none", ["chat"], "neutral", "NO", "none", 1, 1, "es"),
    (6, "important", ["complaint"], "negative", "NO", "logistics", 3, 3, "es"),
    (5, "angry", ["complaint", "incident"], "negative", "NOE", "technical", 2, 2, "es"),
    (3, "senseless", ["complaint"], "negative", "NO", "care", 1, 1, "es"), (3, "troll", ["chat"], "negative", "OFP", "", 1, 1, "es"),
    (1, "", ["complaint"], "negative", "OFG", "", 1, 1, "es"), (3, "none", ["suggestion"], "neutral", "NO", "product", 1, 1, "es"),
    (2, "none", ["spam"], "neutral", "NO", "none", 1, 1, "en"), (3, "none", ["question"], "neutral", "NO", "billing", 2, 2, "ca"),
    (2, "", ["chat"], "neutral", "NO", "", 1, 1, "en"), (1, "none", ["incident"], "negative", "NO", "legal", 3, 3, "gl"),
    (1, "none", ["question"], "neutral", "NO", "jobs", 1, 1, "eu"), (1, "", [], "", "", "", 0, 0, "")]


def words(seed: random.Random) -> list[str]:
    """Some twenty thousand words, the commonest first; those behind are longer."""
    made = {stem + ending for stem in _STEMS for ending in _ENDINGS} - set(_COMMON)
    rest = sorted(made, key=lambda word: (len(word) + seed.random() * 6, word))
    return [*dict.fromkeys(_COMMON), *rest]


def fragments(seed: random.Random) -> Iterator[tuple[int, str]]:
    """Pieces of two to fourteen words; two of them make a message."""
    known = words(seed)
    top = math.log(len(known))
    for number in range(_FRAGMENTS):
        yield number, " ".join(known[int(math.exp(seed.random() * top)) - 1] for _ in range(seed.randint(2, 14)))


def reading(kind: tuple[int, str, list[str], str, str, str, int, int, str]) -> dict[str, Any]:
    """A reading as the product keeps it, as long as a usual one."""
    _share, judgement, intents, sentiment, offence, department, importance, urgency, language = kind

    def head(label: str) -> dict[str, Any]:
        return {"label": label or "none", "p": 0.91 if label else 0.4, "sure": bool(label), "why": [
            {"start": 4, "end": 10, "text": "pedido", "weight": 1.2}, {"start": 12, "end": 18, "text": "tienda", "weight": 0.7}]}

    return {
        "sentiment": head(sentiment), "judgement": head(judgement), "offence": head(offence), "department": head(department),
        "language": head(language), "spam": head("ham"), "hate": head("not"), "emotion": head("others"), "irony": head("straight"),
        "intent": {"labels": [{"label": one, "p": 0.9} for one in intents or ["chat"]], "sure": bool(intents), "why": []},
        "importance": {"level": importance or 1, "p": 0.8, "sure": bool(importance), "rule": "rest", "why": []},
        "urgency": {"level": urgency or 1, "p": 0.8, "sure": bool(urgency), "rule": "rest", "why": []}}


# --------------------------------------------------------------------------- the folder


def folder(many: int) -> Path:
    """Where the town of so many messages is kept: under ``BENCH_DATA``, else the folder for temporary files."""
    import tempfile

    shelf = Path(os.environ.get("BENCH_DATA") or tempfile.gettempdir())
    return shelf / f"tertulia-town-{many}"


def opened(many: int, say: Any = print) -> dict[str, Any]:
    """The town of ``many`` messages, built if it is not there (``built_s``), with Django standing on it."""
    from tertulia.kit import database

    data, began = folder(many), time.monotonic()
    whole = data / "whole.json"
    if data.exists() and not whole.exists():
        os.environ["TERTULIA_DATA"] = str(data)
        database.reset()  # one that was not finished
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ.pop("DATABASE_URL", None)
    os.environ.update(TERTULIA_DATA=str(data), DJANGO_SETTINGS_MODULE="tertulia.site.settings")
    if not whole.exists():
        (data / database.THROWAWAY_MARK).touch()  # fast while it is built, as in life afterwards
    database.ensure()
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    if not whole.exists():
        build(many, say)
        database.stop()
        (data / database.THROWAWAY_MARK).unlink()
        whole.write_text(json.dumps({"messages": many, "built_s": round(time.monotonic() - began)}))
        database.ensure()
    told: dict[str, Any] = json.loads(whole.read_text())
    return told


# --------------------------------------------------------------------------- the building


def build(many: int, say: Any) -> None:
    """Everything, set by set: the people and places by Django, the rest by PostgreSQL; indexes are made at the end."""
    from django.db import connection

    seed = random.Random(7)
    people(seed)
    with connection.cursor() as sql:
        for setting in ("maintenance_work_mem = '1GB'", "work_mem = '256MB'", "synchronous_commit = off", "statement_timeout = 0",
                        "session_replication_role = replica", "lock_timeout = 0", "max_parallel_maintenance_workers = 2"):
            sql.execute(f"set {setting}")
        defaults = eased(sql)
        later = bare(sql)
        pools(sql, seed)
        for name, statement in STEPS:
            began = time.monotonic()
            sql.execute(statement, {"talks": int(many / TALK), "many": many, "brands": BRANDS, "waiting": WAITING})
            say(f"  {name}: {sql.rowcount} rows, {time.monotonic() - began:.0f} s", flush=True)
        for statement in later:
            began = time.monotonic()
            sql.execute(statement)
            say(f"  {statement[:90]}: {time.monotonic() - began:.0f} s", flush=True)
        for statement in defaults:
            sql.execute(statement)
        for table in BIG:
            sql.execute(f"select setval(pg_get_serial_sequence('{table}', 'id'), (select max(id) from {table}))")
            sql.execute(f"vacuum analyze {table}")
        sql.execute("drop table bench_fragment, bench_kind, bench_share")


def people(seed: random.Random) -> None:
    """An owner of every brand, and agents who work for ten each; each brand with one to five channels."""
    from tertulia.brands.models import Brand, Member, Membership
    from tertulia.channels.models import Channel

    now = datetime.now(UTC)
    owner = Member.objects.create_user("bench@example.org", name="Responsable")
    agents = [Member.objects.create_user(f"agente{n}@example.org", name=f"{FIRST[n % 40]} {LAST[n % 30]}") for n in range(AGENTS)]
    brands = Brand.objects.bulk_create([Brand(name=f"Marca {n + 1}", slug=f"marca-{n + 1}", color=f"#{(n * 5381) % 0xffffff:06x}")
                                        for n in range(BRANDS)])
    places = [Membership(member=owner, brand=one, role="owner") for one in brands]
    for number, agent in enumerate(agents):
        theirs = {0, 1, *(seed.sample(range(BRANDS), 8))}
        places += [Membership(member=agent, brand=brands[n], role="agent" if number else "editor") for n in theirs]
    Membership.objects.bulk_create(places)
    Channel.objects.bulk_create([
        Channel(brand=one, network="plaza", external_id=f"{one.pk}-{n}", handle=f"marca{one.pk}_{n}", name=one.name, secrets=b"",
                base_url="http://127.0.0.1:9", scopes=["publish", "reply", "collect", "hide", "message"], connected_at=now,
                next_poll_at=now + timedelta(days=3650))
        for one in brands for n in range(seed.randint(1, 5))])


def eased(sql: Any) -> list[str]:
    """Gives the columns that must be filled, and that nothing here names, something empty; the statements that end it."""
    sql.execute("select table_name, column_name, data_type from information_schema.columns where table_name = any(%s) "
                "and is_nullable = 'NO' and column_default is null and is_identity = 'NO'", [list(BIG)])
    empty = {"jsonb": "'[]'", "boolean": "false", "integer": "0", "smallint": "0", "bigint": "0", "timestamp with time zone": "now()"}
    columns = sql.fetchall()
    for table, column, kind in columns:
        sql.execute(f'alter table {table} alter column "{column}" set default ' + empty.get(kind, "''"))
    return [f'alter table {table} alter column "{column}" drop default' for table, column, _kind in columns]


def bare(sql: Any) -> list[str]:
    """Takes indexes and unique constraints away from the big tables; the statements that bring them back."""
    tables = [one for one in BIG if one != "inbox_subject"]
    sql.execute("select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint "
                "where contype = 'u' and conrelid::regclass::text = any(%s)", [tables])
    constraints = sql.fetchall()
    for table, name, _how in constraints:
        sql.execute(f'alter table {table} drop constraint "{name}"')
    sql.execute("select indexname, indexdef from pg_indexes where tablename = any(%s) and indexname not like '%%_pkey'", [tables])
    indexes = sql.fetchall()
    for name, _how in indexes:
        sql.execute(f'drop index "{name}"')
    return [*(f'alter table {table} add constraint "{name}" {how}' for table, name, how in constraints), *(how for _name, how in indexes)]


def pools(sql: Any, seed: random.Random) -> None:
    """What rows are drawn from: pieces of text, kinds of readings by their share, brands by theirs."""
    from tertulia.inbox.rules import heat, summed
    from tertulia.kit.folding import fold

    sql.execute("create unlogged table bench_fragment (id int primary key, text text, folded text)")
    with sql.copy("copy bench_fragment from stdin") as rows:
        for number, text in fragments(seed):
            rows.write_row((number, text, fold(text)))
    sql.execute("create unlogged table bench_kind (slot int primary key, judgement text, intents jsonb, sentiment text, offence text, "
                "department text, importance int, urgency int, language text, heat int, reading jsonb)")
    slot = 0
    for kind in _KINDS:
        told = reading(kind)
        sum_ = summed(told)
        for _ in range(kind[0]):
            sql.execute("insert into bench_kind values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)", [
                slot, sum_.judgement, json.dumps(list(sum_.intents)), sum_.sentiment, sum_.offence, sum_.department, sum_.importance,
                sum_.urgency, sum_.language, heat(sum_), json.dumps(told)])
            slot += 1
    sql.execute("""
        create unlogged table bench_share as
        select b.id brand, b.n, array_agg(c.id) channels, array_agg(distinct m.member_id) members, 0::bigint people_from, 0::bigint people
        from (select id, row_number() over (order by id) n from brands_brand) b
        join channels_channel c on c.brand_id = b.id left join brands_membership m on m.brand_id = b.id group by 1, 2""")


STEPS = [
    ("people by brand", """
        with sized as (select brand, greatest(300, (%(talks)s * 0.35 / n / ln(%(brands)s + 1))::bigint) people from bench_share),
             placed as (select brand, people, sum(people) over (order by brand) - people people_from from sized)
        update bench_share s set people = p.people, people_from = p.people_from from placed p where p.brand = s.brand"""),
    ("people", f"""
        insert into people_profile (
            id, brand_id, network, external_id, handle, name, url, avatar_url, first_seen_at, last_seen_at)
        select s.people_from + k, s.brand, 'plaza', (s.people_from + k)::text,
            'p' || to_hex((s.people_from + k) * 2654435761 %% 4294967296),
            (array{FIRST})[1 + (k * 7 %% 40)::int] || ' ' || (array{LAST})[1 + (k * 13 %% 30)::int], '', '', now(), now()
        from bench_share s, generate_series(1, s.people) k"""),
    ("posts", """
        insert into inbox_subject (channel_id, external_id, text, url, created_at, attachments)
        select c.id, 'post-' || k, f.text, '', now() - (k * interval '10 days'), '[]'
        from channels_channel c, generate_series(1, 40) k join bench_fragment f on f.id = k * 37"""),
    ("conversations", """
        insert into inbox_conversation (
            id, brand_id, channel_id, branch, kind, subject_id, person_id, state, assignee_id, snoozed_until, waiting_since, first_at,
            last_at, messages_count, excerpt,
            language, sentiment, intents, offence, judgement, department, importance, urgency, heat, answer_due_at,
            window_ends_at, turn, labels)
        select c.i, s.brand, c.channel, 'b' || c.i, c.kind, null, s.people_from + 1 + floor(c.r1 ^ 2 * s.people)::bigint, c.state,
            case when c.rc < .4 then s.members[1 + floor(c.r3 * cardinality(s.members))::int] end,
            case when c.state = 'snoozed' then now() + c.r3 * interval '9 days' end,
            case when c.state in ('open', 'snoozed') and c.r1 < .9 then c.first_at end,
            c.first_at, c.first_at + c.count * interval '47 minutes', c.count, left(f.text, 180),
            coalesce(k.language, ''), coalesce(k.sentiment, ''), k.intents, coalesce(k.offence, ''), coalesce(k.judgement, ''),
            coalesce(k.department, ''), k.importance, k.urgency, k.heat,
            case when c.state = 'open' and c.r1 < .9 then c.first_at + interval '4 hours' + c.r3 * interval '20 days' end,
            case when c.state = 'open' and c.kind = 'direct' then c.first_at + interval '7 days' end, 0,
            case when c.r3 < .04 then '["vip"]'::jsonb when c.r3 < .05 then '["prensa"]'::jsonb when c.r3 < .051 then '["abogados"]'::jsonb
                 else '[]'::jsonb end
        from (
            select i, n, brand_slot, slot, fragment, rc, channels[1 + floor(rc * cardinality(channels))::int] channel, r1, r2, r3, count,
                (array['comment', 'comment', 'comment', 'mention', 'direct', 'direct', 'review'])[1 + floor(r3 * 7)::int] kind,
                now() - interval '900 days' * (1 - i::float / %(talks)s) - interval '3 hours' first_at,
                case when i < %(talks)s * 0.9 then 'closed' when r2 < %(waiting)s then 'open' when r2 < %(waiting)s * 1.1 then 'snoozed'
                     when r2 < %(waiting)s * 1.15 then 'handed' else 'closed' end state
            from (
                select i, 1 + floor(exp(random() * ln(%(brands)s + 1)) - 1)::int brand_slot, floor(random() * 100)::int slot,
                    floor(random() * 120000)::int fragment, random() r1, random() r2, random() r3, random() rc,
                    1 + floor(-ln(random() + 1e-9) * 2.8)::int count
                from generate_series(1, %(talks)s) i offset 0) drawn
            join bench_share on n = least(brand_slot, %(brands)s) offset 0) c
        join bench_share s on s.n = c.n join bench_kind k on k.slot = c.slot join bench_fragment f on f.id = c.fragment
        order by c.i"""),
    ("what comments are about", """
        update inbox_conversation c set subject_id = s.first + (c.id %% 40)
        from (select channel_id, min(id) first from inbox_subject group by 1) s
        where s.channel_id = c.channel_id and c.kind = 'comment'"""),
    ("messages", """
        insert into inbox_message (
            conversation_id, brand_id, channel_id, external_id, parent_id_there, author_id, ours, kind, text, folded,
            attachments, url, ref_extra, at, received_at, hidden_because, reading, ending, ended_at, ended_by, ended_because)
        select c.id, c.brand_id, c.channel_id, 'x' || c.id || '-' || c.k, '', case when not c.ours then c.person_id end, c.ours, c.kind,
            a.text || '. ' || b.text, a.folded || '. ' || b.folded, '[]', '', '{}', c.at, c.at, '',
            case when not c.ours then r.reading end, case when not c.ours and c.state = 'closed' then 'answered' end,
            case when not c.ours and c.state = 'closed' then c.at + interval '1 hour' end, '', ''
        from (
            select c.id, c.brand_id, c.channel_id, c.person_id, c.kind, c.state, k, c.first_at + k * interval '47 minutes' as at,
                k %% 3 = 0 and (c.state = 'closed' or k < c.messages_count) ours,
                floor(random() * 120000)::int f1, floor(random() * 120000)::int f2, floor(random() * 100)::int slot
            from inbox_conversation c, generate_series(1, c.messages_count) k order by c.id, k offset 0) c
        join bench_fragment a on a.id = c.f1 join bench_fragment b on b.id = c.f2 join bench_kind r on r.slot = c.slot"""),
]
