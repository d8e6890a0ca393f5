"""Breaks the control database on purpose, one defect at a time, and demands that the test that promises otherwise fails.

Run with ``pytest -m mutants``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.mutants import Mutant, require_makeable, require_noticed

if TYPE_CHECKING:
    from pathlib import Path


def control(name: str) -> str:
    return f"integration/control/test_control.py::test_{name}"


def installation(name: str) -> str:
    return f"integration/control/test_installation.py::test_{name}"


def users(name: str) -> str:
    return f"integration/control/test_users.py::test_{name}"


def session(name: str) -> str:
    return f"integration/control/test_sessions.py::test_{name}"


def door(name: str) -> str:
    return f"integration/api/test_sign_in.py::test_{name}"


def link(name: str) -> str:
    return f"integration/control/test_links.py::test_{name}"


def team(name: str) -> str:
    return f"integration/control/test_team.py::test_{name}"


def desk(name: str) -> str:
    return f"integration/api/test_key_desk.py::test_{name}"


def joining(name: str) -> str:
    return f"integration/api/test_joining.py::test_{name}"


def changes(name: str) -> str:
    return f"integration/api/test_changes.py::test_{name}"


def workspace(name: str) -> str:
    return f"integration/control/test_workspace.py::test_{name}"


def over_http(name: str) -> str:
    return f"integration/api/test_workspace.py::test_{name}"


def narrowing(name: str) -> str:
    return f"integration/api/test_narrowing.py::test_{name}"


MUTANTS = [
    Mutant("who is behind rests long", "jobs/runner.py", "took if is_behind else min(", "min(", "integration/control/test_jobs.py::test_a_job_that_left"),
    # Guests and links
    Mutant("nothing is narrowed", "api/callers.py", "    if credential.limit is not None:\n", "    if False:\n", narrowing("every_route_is_closed")),
    Mutant("whatever is asked is shown", "api/narrowing.py", "kept if allowed is None else kept & allowed)", "kept)",
           narrowing("another_asset")),
    Mutant("nothing shown is everything", "api/narrowing.py", "    if not shown - left_out:\n", "    if False:\n", narrowing("another_asset")),
    Mutant("what cannot be narrowed is open", "api/narrowing.py", "    if name not in query_parameters(handler):\n", "    if False:\n",
           narrowing("every_route_is_closed")),
    Mutant("any asset in the path", "api/narrowing.py", "if canonical(asset) in hidden or (allowed is not None and canonical(asset) not in allowed):", "if canonical(asset) in hidden:", narrowing("another_asset")),
    Mutant("every path tells of one asset", "api/narrowing.py", 'if name == "asset" and handler.opt.get(ASSET_IN_PATH):',
           'if name == "asset" and connection.path_params:', narrowing("every_route_is_closed")),
    Mutant("a link shows every page", "api/narrowing.py", "limit.paths is not None and not limit.paths & handler.paths", "False",
           narrowing("a_link_shows_its_page")),
    Mutant("a link shows any time", "api/narrowing.py", "    if limit.spans:\n", "    if False:\n", narrowing("a_link_shows_its_page")),
    Mutant("a shared link for ever", "control/shares.py", "<= self._clock() < row.ends_at", "<= self._clock()", narrowing("a_link_ends")),
    Mutant("the token of a link is kept", "control/shares.py", "digest=digest(token),", "digest=token.encode(),", narrowing("a_link_ends")),
    Mutant("links of all projects", "control/shares.py", "(shares.c.project == project) & (shares.c.id == id_)", "shares.c.id == id_",
           workspace("what_one_project_wrote")),
    Mutant("any album of that name", "control/guests.py", "(null() if one.artist is None else one.artist)", "(one.artist or catalog.c.artist)",
           narrowing("an_album_is_told")),
    Mutant("what was given stays", "control/guests.py", "    connection.execute(delete(guest_limits).where(mine))\n", "    pass\n",
           narrowing("what_a_guest_is_shown")),
    # Roles
    Mutant("a viewer manages keys", "accounts/roles.py", "_VIEWER: Final = frozenset({Action.READ})", "_VIEWER: Final = frozenset({Action.READ, Action.MANAGE_KEYS})",
           "unit/test_accounts.py::test_what_each_role_may_do"),
    Mutant("a guest reads everything", "accounts/roles.py", "    Role.GUEST: frozenset(),", "    Role.GUEST: _VIEWER,", "unit/test_accounts.py::test_what_each_role_may_do"),
    Mutant("no role is asked for", "api/callers.py", "if not may(who.role, action):", "if False:", changes("a_role_reads_everything")),
    # The keys of a project
    Mutant("keys of every project", "control/key_store.py", "wanted = select(api_keys).where(api_keys.c.project == project)", "wanted = select(api_keys)",
           control("the_keys_of_a_project")),
    Mutant("the oldest secret first", "control/key_store.py", ".order_by(api_key_secrets.c.created_at.desc())", ".order_by(api_key_secrets.c.created_at)",
           control("the_keys_of_a_project")),
    Mutant("an earlier use counts", "control/key_store.py", ".where(this, is_later)", ".where(this)", control("the_latest_use")),
    Mutant("one use for all", "control/key_store.py", ".where(this, is_later)", ".where(is_later)", control("the_latest_use")),
    Mutant("any project changes a key", "control/key_store.py", "if key is None or project not in (None, key.project):", "if key is None:", control("a_key_is_changed_for")),
    Mutant("an imported key tells its end", "control/key_store.py", '"" if imported else key[-LAST_CHARS:]', "key[-LAST_CHARS:]", control("the_keys_of_a_project")),
    Mutant("a revoked key for another second", "access/key_desk.py", "            await self._keyring.refresh()", "            pass", desk("a_revoked_key_is_refused")),
    Mutant("rejected in every project", "control/rejected.py", "rejected.c.project == project, rejected.c.hour >= since", "rejected.c.hour >= since", desk("events_and_rejected")),
    Mutant("rejected for ever", "control/rejected.py", "rejected.c.project == project, rejected.c.hour >= since", "rejected.c.project == project", desk("events_and_rejected")),
    Mutant("events for ever", "warehouse/sql/read/events_of_keys.sql", "countIf(received_at >= {since:Float64})", "count()", desk("events_and_rejected")),
    Mutant("no universe is one", "warehouse/sql/read/events_of_keys.sql", "argMaxIf(universe, received_at, universe != 0)", "argMax(universe, received_at)",
           desk("the_last_universe")),
    Mutant("keys hang on the warehouse", "api/resources/keys.py", "    except ServiceUnavailableError:\n        sent = None", "    except ZeroDivisionError:\n        sent = None",
           desk("a_key_is_revoked_while")),
    Mutant("any overlap", "api/resources/keys.py", "if overlap_s not in OVERLAPS_S:", "if False:", desk("an_overlap_that_is_not")),
    Mutant("always still used", "api/resources/keys.py", "secret.used_at is not None and secret.used_at > newest.created_at", "secret.used_at is not None",
           desk("the_list_says")),
    Mutant("wrong keys count as used", "access/keyring.py", "        credential = self.find(key)\n        if credential is not None:\n            self._uses[key] = self._clock()\n        if credential is not None or",
           "        credential = self.find(key)\n        self._uses[key] = self._clock()\n        if credential is not None or", "unit/test_keyring.py::test_uses_of_valid"),
    # The people of a project
    Mutant("the last owner goes", "control/team.py", "if connection.scalar(select(func.count()).select_from(user_roles).where(owners)) == 1:", "if False:",
           team("the_last_owner")),
    Mutant("owners of any project count", "control/team.py", "(user_roles.c.project == project) & (user_roles.c.role == Role.OWNER)", "user_roles.c.role == Role.OWNER",
           team("the_last_owner")),
    Mutant("everybody counts as an owner", "control/team.py", "(user_roles.c.project == project) & (user_roles.c.role == Role.OWNER)", "user_roles.c.project == project",
           team("the_last_owner")),
    Mutant("two owners go at once", "control/team.py", "        alone(connection)\n", "", team("of_two_owners")),
    Mutant("any owner is the last", "control/team.py", " and role is not Role.OWNER:", ":", team("the_last_owner")),
    Mutant("removed from everywhere", "control/team.py", "(user_roles.c.user_id == user) & (user_roles.c.project == project)", "user_roles.c.user_id == user",
           team("a_role_changes_and")),
    Mutant("anybody is signed out", "control/team.py", "            if role_of(connection, user, project) is None:", "            if False:", team("nobody_of_another_project")),
    Mutant("people of every project", "control/team.py", "            .where(user_roles.c.project == project)\n", "", team("everybody_of_a_project")),
    Mutant("seen in every project", "control/sessions.py", "(user_roles.c.user_id == user) & (user_roles.c.project == project)\n    connection", "user_roles.c.user_id == user\n    connection",
           team("when_a_person_was_seen")),
    Mutant("an invitation of any project", "api/resources/people.py", "services.links.withdraw(person, project)", 'services.links.withdraw(person, "alpha")',
           "integration/api/test_people.py::test_an_owner_of_one_project"),
    Mutant("a link to the inside", "api/callers.py", 'connection.headers.get("origin") or f"', 'f"', "integration/api/test_people.py::test_a_link_leads_to_where"),
    # One-time links
    Mutant("a link for ever", "control/links.py", "<= self._clock() < row.expires_at", "<= self._clock()", link("a_link_ends_by_its_age")),
    Mutant("a link of the future", "control/links.py", "row.created_at - SKEW_S <= self._clock() < ", "self._clock() < ", link("a_link_ends_by_its_age")),
    Mutant("a link works twice", "control/links.py", "            connection.execute(delete(links).where(links.c.digest == digest(token)))\n            if link.kind is Kind.RESET:",
           "            if link.kind is Kind.RESET:", link("a_link_works_once")),
    Mutant("two at once make two accounts", "control/links.py", "            alone(connection)\n            link = self._open(connection, token)\n            if link.kind is Kind.INVITATION and link.has_account:",
           "            link = self._open(connection, token)\n            if link.kind is Kind.INVITATION and link.has_account:", link("two_who_use_links")),
    Mutant("a first link for ever", "control/links.py", "return not _is_anybody(connection)", "return True", link("where_there_is_somebody")),
    Mutant("first links outlive the first account", "control/links.py", "                connection.execute(delete(links).where(links.c.kind == Kind.FIRST))\n", "",
           link("every_start_gives_a_link")),
    Mutant("the newest project is the first", "control/links.py", ".order_by(api_keys.c.created_at, api_keys.c.id)", ".order_by(api_keys.c.created_at.desc())",
           link("the_first_link_makes_an_owner")),
    Mutant("a link in the open", "accounts/sessions.py", 'return hashlib.sha256(token.encode(errors="surrogateescape")).digest()',
           'return token.encode(errors="surrogateescape")', link("only_a_digest")),
    Mutant("a fallen owner invites", "control/links.py", "may(role_of(connection, row.sent_by, row.project), Action.MANAGE_PEOPLE)", "True",
           link("an_invitation_holds_while")),
    Mutant("an invitation lowers", "control/links.py", "link.role and role_of(connection, user, link.project) is None", "link.role", link("an_invitation_lowers_nobody")),
    Mutant("an invitation for anybody", "control/links.py", ' or id_of(connection, link.email or "") != user', "", link("whoever_has_an_account_keeps")),
    Mutant("a reset is accepted", "control/links.py", "if link.kind is not Kind.INVITATION or ", "if ", link("only_an_invitation_is_accepted")),
    Mutant("an invitation sets a password", "control/links.py", "if link.kind is Kind.INVITATION and link.has_account:", "if False:", link("whoever_has_an_account_keeps")),
    Mutant("the older invitation stays", "control/links.py", "            connection.execute(delete(links).where(older))\n", "", link("a_newer_link_takes")),
    Mutant("a newer invitation ends others", "control/links.py", " & (links.c.email == email) & (links.c.project == project)\n            connection", "\n            connection",
           link("a_newer_link_takes")),
    Mutant("the older reset stays", "control/links.py", "            connection.execute(delete(links).where(links.c.kind == Kind.RESET, links.c.email == email))\n", "",
           link("a_newer_link_takes")),
    Mutant("any project withdraws", "control/links.py", " & (links.c.kind == Kind.INVITATION) & (links.c.project == project)\n        with self._engine.begin",
           "\n        with self._engine.begin", link("an_invitation_is_withdrawn")),
    Mutant("a reset outlives its password", "control/users.py", "    _forget_resets(connection, user_id)\n    sign_out", "    sign_out", link("a_link_for_a_password_ends")),
    Mutant("a reset outlives its account", "control/users.py", "            _forget_resets(connection, user_id)\n", "", link("a_link_for_a_password_ends")),
    Mutant("every reset ends", "control/users.py", "links.c.kind == Kind.RESET, links.c.email == email", "links.c.kind == Kind.RESET", link("a_link_for_a_password_ends")),
    Mutant("a link alone opens an account", "accounts/joining.py", "if link.kind is Kind.INVITATION and link.has_account:", "if False:", joining("whoever_has_an_account_joins")),
    Mutant("hashing before looking", "accounts/joining.py", "        link = await self.look(token)\n        email = _email(link, email)",
           '        passwords.hashed(password, "")\n        link = await self.look(token)\n        email = _email(link, email)', joining("what_is_no_open_link")),
    Mutant("another email", "accounts/joining.py", "if typed is not None and emails.normal(typed) != link.email:", "if False:", joining("what_is_wrong_is_said")),
    Mutant("the session before joining goes on", "accounts/joining.py", "        if before is not None:", "        if False:", joining("whoever_joins_leaves")),
    Mutant("any page joins", "api/resources/joining.py", "    require_own_page(request)\n    given = await json_of(request, Coming)", "    given = await json_of(request, Coming)",
           joining("no_other_page")),
    # What a project keeps for its people
    Mutant("any text is a zone", "api/resources/project.py", "    zones.calendar(wanted.zone, wanted.week_start)  # there is such a one\n", "",
           over_http("settings_that_are_none")),
    Mutant("settings of all projects", "control/project_settings.py",
           "                    project_settings.c.project == project\n", "                    project_settings.c.project != ''\n",
           over_http("the_settings_of_a_project")),
    Mutant("a period ends with its end", "control/annotations.py", "annotations.c.begins_at < until", "annotations.c.begins_at <= until",
           workspace("the_notes_of_a_period")),
    Mutant("a note ends before its end", "control/annotations.py", "annotations.c.ends_at >= since", "annotations.c.ends_at > since",
           workspace("the_notes_of_a_period")),
    Mutant("notes of all projects", "control/annotations.py", "            .where(annotations.c.project == project)\n            .where(", "            .where(",
           workspace("what_one_project_wrote")),
    Mutant("anybody deletes a note", "control/annotations.py", "(annotations.c.project == project) & (annotations.c.id == id_)", "annotations.c.id == id_",
           workspace("what_one_project_wrote")),
    Mutant("anybody deletes a view", "control/saved_views.py", "(saved_views.c.project == project) & (saved_views.c.id == id_)", "saved_views.c.id == id_",
           workspace("what_one_project_wrote")),
    Mutant("notes go with their writer", "control/annotations.py", ".outerjoin(users", ".join(users", workspace("a_note_tells")),
    Mutant("texts that turn around", "control/texts.py", " or char in _TURNING", "", workspace("a_note_is_one_line")),
    Mutant("the good half is taken", "api/resources/project.py", "    if refused:\n", "    if refused and not tracks:\n", over_http("every_wrong_line")),
    # Sessions
    Mutant("the token itself is stored", "accounts/sessions.py", 'return hashlib.sha256(token.encode(errors="surrogateescape")).digest()',
           'return token.encode(errors="surrogateescape")', session("only_a_digest")),
    Mutant("a session for ever", "accounts/sessions.py", "min(created_at + LIFE_S, seen_at + IDLE_S)", "seen_at + IDLE_S", session("a_session_ends_by_its_age")),
    Mutant("a session that never rests", "accounts/sessions.py", "min(created_at + LIFE_S, seen_at + IDLE_S)", "created_at + LIFE_S",
           session("a_session_ends_by_its_age")),
    Mutant("a session of the future", "accounts/sessions.py", "created_at - SKEW_S <= now < ", "now < ", session("a_session_ends_by_its_age")),
    Mutant("a password that was replaced", "control/sessions.py", ".where(users.c.email == email, users.c.password == password)",
           ".where(users.c.email == email)", session("no_session_begins")),
    Mutant("sessions outlive their password", "control/users.py", "    _forget_resets(connection, user_id)\n    sign_out(connection, user_id)\n\n\n", "    _forget_resets(connection, user_id)\n\n\n",
           session("a_session_ends_with_its_password")),
    Mutant("everybody is signed out", "control/users.py", "delete(sessions).where(sessions.c.user_id == user_id)", "delete(sessions)",
           session("a_session_ends_with_its_password")),
    Mutant("any project", "control/sessions.py", ".where(mine, has_role)", ".where(mine)", session("a_session_changes_to_projects")),
    Mutant("a role in any project opens all", "control/sessions.py", ", user_roles.c.project == project)\n", ")\n", session("a_session_changes_to_projects")),
    # The door
    Mutant("no work for nobody", "accounts/sign_in.py", "passwords.matches(stored or self._nobodys, password)",
           'bool(stored) and passwords.matches(stored or "", password)', door("nobody_learns")),
    Mutant("the session before goes on", "accounts/sign_in.py", "if before is not None:", "if False:", door("a_sign_in_ends")),
    Mutant("an email is not limited", "accounts/sign_in.py", "[(self._emails, email)]", "[]", door("guesses_are_limited")),
    Mutant("an address is not limited", "accounts/sign_in.py", "limits.insert(0, (self._addresses, address))", "pass", door("guesses_are_limited")),
    Mutant("a plain cookie from anywhere", "accounts/cookies.py", "*([NAME] if _is_loopback(host) else [])", "NAME", door("a_session_is_taken")),
    Mutant("one of two cookies", "accounts/cookies.py", "if len(found) == 1 and found[0]", "if found[0]", door("a_session_is_taken")),
    Mutant("a plain cookie behind TLS", "accounts/cookies.py", ' and (origin is None or origin.startswith("http://"))', "", door("the_cookie_is_secure")),
    Mutant("any origin", "accounts/origins.py", "urlsplit(origin).netloc.lower() == host.lower()", "True", door("no_other_page_can")),
    Mutant("a fetch from elsewhere", "accounts/origins.py", 'if fetch_site not in (None, "same-origin", "none"):', "if False:", door("no_other_page_signs")),
    Mutant("any token against forgery", "accounts/sessions.py", 'return hmac.compare_digest(csrf(token).encode(), given.encode(errors="surrogateescape"))',
           "return bool(given)", door("no_other_page_can")),
    Mutant("a page is told of another project", "api/callers.py", "        _require_shown(connection, who)\n        return", "        return", door("a_page_is_told_nothing")),
    Mutant("a page changes another project", "api/callers.py", "    _require_shown(connection, who)\n    connection.scope", "    connection.scope", door("a_page_is_told_nothing")),
    Mutant("a batch forgets its page", "api/batch.py", ' b"x-project",', "", door("a_batch_asks_for_the_project")),
    Mutant("a cookie is enough to post", "api/callers.py", 'if _method_of(connection) != "GET":', "if False:", door("no_other_page_asks")),
    Mutant("a cookie goes before a key", "api/callers.py", "if not keys and (found", "if (found", door("a_request_with_a_key")),
    Mutant("whoever has no role reads", "api/callers.py", "if who.role is None:", "if False:", door("every_role_reads")),
    Mutant("a cookie that scripts read", "api/resources/session.py", "httponly=True", "httponly=False", door("the_cookie_is_secure")),
    Mutant("a form signs in", "api/requests.py", '!= "application/json"', '== "text/html"', door("what_is_no_sign_in")),
    # People
    Mutant("an email in any spelling", "accounts/emails.py", ".casefold())", ")", users("an_email_is_one_person")),
    Mutant("a password under everybody's hash", "control/users.py", "update(users).where(users.c.id == user_id)", "update(users)",
           users("a_new_password_takes")),
    Mutant("roles of a removed person stay", "control/users.py", "delete(user_roles).where(user_roles.c.user_id == user_id)",
           "delete(user_roles).where(user_roles.c.user_id == email)", users("of_a_removed_person")),
    Mutant("a role taken away everywhere", "control/users.py", " & (user_roles.c.project == project)\n                if not", "\n                if not", users("a_role_is_replaced")),
    Mutant("an unknown role", "control/users.py", "if row.role in list(Role):", "if True:", users("a_role_that_a_newer")),
    Mutant("a hash that is quick to try", "accounts/passwords.py", "time_cost=2", "time_cost=1", "unit/test_accounts.py::test_what_is_stored"),
    Mutant("a password by keyboard", "accounts/passwords.py", 'unicodedata.normalize("NFKC", password)', "password",
           "unit/test_accounts.py::test_a_password_is_the_same"),
    Mutant("an email as a password", "accounts/passwords.py", "normal.casefold() == email", "normal == email",
           "unit/test_accounts.py::test_a_password_that_is_not_taken"),
    # The database
    Mutant("commits are not synced", "control/database.py", "PRAGMA synchronous = EXTRA", "PRAGMA synchronous = OFF",
           control("every_commit_to_the_file_is_synced")),
    Mutant("a log that two processes corrupt", "control/database.py", "PRAGMA journal_mode = DELETE", "PRAGMA journal_mode = WAL",
           control("every_commit_to_the_file_is_synced")),
    # Claims
    Mutant("claims crosswise", "control/claims.py", "in sorted(wanted, key=lambda claim: (claim.key_digest, claim.body_digest))",
           "in wanted", control("nodes_that_claim_the_same_crosswise")),
    Mutant("any spool's batch is mine", "control/claims.py", "if first != Owner(spool, batch)}",
           "if first.batch != batch}", control("the_same_row_number")),
    Mutant("the rest does not claim", "control/claims.py", "range(0, len(wanted), CHUNK)", "range(0, min(len(wanted), 1), CHUNK)",
           control("more_claims_than_fit")),
    Mutant("nobody waits for the oldest", "control/claims.py", "min(self._clock(), waiting_since)", "self._clock()",
           control("claims_are_forgotten_after")),
    Mutant("forgotten before the last retry", "control/claims.py", "KEEP_S = 8 * 86_400", "KEEP_S = 7 * 86_400",
           control("a_claim_outlives")),
    Mutant("claimed in the past", "control/claims.py", "max(now, min(newest, now + KEEP_S))", "now",
           control("claims_of_a_clock_that_went_back")),
    Mutant("claimed years ahead", "control/claims.py", "min(newest, now + KEEP_S)", "newest", control("a_clock_that_was_years_ahead")),
    Mutant("a job waits for a wrong clock", "control/jobs.py", "return counted - since >=", "return False and",
           "integration/control/test_jobs.py::test_a_clock_that_was_ahead"),
    Mutant("a held job is due after its rest", "control/jobs.py", "(for_s if standing.held_until else rest_s)", "rest_s",
           "integration/control/test_jobs.py::test_a_holder_whose_clock"),
    Mutant("two get one job", "control/jobs.py", "jobs.c.name == name, jobs.c.fence == fence, jobs.c.held_until == held_until, jobs.c.next_at == next_at",
           "jobs.c.name == name", "integration/control/test_jobs.py::test_of_two_that_find"),
    Mutant("others' claims are given up", "control/claims.py", "delete(claims).where(claims.c.spool == spool).where(claims.c.batch.in_(lost))",
           "delete(claims).where(claims.c.batch.in_(lost))",
           control("released_claims")),
    Mutant("what is held is given up", "control/claims.py", "sorted(numbers - set(held))", "sorted(numbers)", control("released_claims")),
    # Ledgers
    Mutant("all of a spool that was heard of is loaded", "control/ledgers.py", "self.retired or batch < self.first_waiting",
           "self.retired or batch > 0", control("a_batch_is_loaded_once")),
    Mutant("a retired spool holds repeats up for ever", "control/ledgers.py", "self.retired or batch < self.first_waiting",
           "batch < self.first_waiting", control("a_batch_is_loaded_once")),
    Mutant("the first ledger stays", "control/database.py", "statement.on_conflict_do_update(\n        index_elements=[column.name for column in table.primary_key],\n"
           "        set_={column.name: column for column in statement.excluded if not column.primary_key},\n    )",
           "statement.on_conflict_do_nothing(index_elements=[column.name for column in table.primary_key])",
           control("ledgers_are_replaced")),
    Mutant("the silent wait for nothing", "control/ledgers.py", "func.coalesce(spools.c.oldest_waiting_at, spools.c.updated_at)",
           "spools.c.oldest_waiting_at", control("claims_wait_for_the_oldest")),
    Mutant("the newest wait counts", "control/ledgers.py", "select(func.min(_WAITING_SINCE))", "select(func.max(_WAITING_SINCE))",
           control("claims_wait_for_the_oldest")),
    # The warehouse's lock
    Mutant("a repair among inserts", "control/warehouse_lock.py", "fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH", "fcntl.LOCK_SH",
           control("a_repair_is_alone")),
    Mutant("a repair among inserts of servers", "control/warehouse_lock.py",
           "func.pg_advisory_xact_lock if exclusive else func", "func.pg_advisory_xact_lock_shared if exclusive else func",
           control("a_repair_is_alone")),
    # What belongs together
    Mutant("an empty database beside a spool", "control/installation.py", "(bound or self._has_history())", "bound",
           installation("a_missing_control_database")),
    Mutant("any database will do", "control/installation.py", "if bound and found != bound:", "if not found:",
           installation("another_installations_control")),
    Mutant("a look makes the database", "control/database.py", "if self._is_sqlite and file and not Path(file).exists():",
           "if False:", installation("a_missing_control_database")),
    Mutant("without keys all are refused", "control/installation.py", "if accepted and not self._issued():", "if False:",
           installation("without_any_key")),
    Mutant("a lost secret is replaced", "control/installation.py", "elif known or self._issued():", "elif self._issued():",
           installation("a_lost_secret")),
    Mutant("a lost secret of old keys is replaced", "control/installation.py", "elif known or self._issued():", "elif known:",
           installation("keys_of_the_first_version")),
    Mutant("the secret's name is not synced", "access/secret.py", "    sync_folder(folder.path)\n", "",
           "unit/test_secret.py::test_a_new_secret"),
    Mutant("the folder's note is not synced", "control/installation.py", "                os.fsync(written.fileno())\n", "",
           installation("the_folders_note_is_on_the_disk")),
    # Keys
    Mutant("revoked keys go on", "control/key_store.py", "        .where(api_keys.c.revoked_at.is_(None))\n", "",
           control("a_revoked_key_stops")),
    Mutant("changes are counted too late", "control/key_store.py",
           "    connection.execute(update(installation).values(key_changes=installation.c.key_changes + 1))\n"
           "    return connection.scalar(select(installation.c.key_changes)) or 0\n",
           "    return (connection.scalar(select(installation.c.key_changes)) or 0) + 1\n", control("only_what_changed")),
    Mutant("old secrets stay", "control/key_store.py", "                .values(expires_at=ends_at),", "                .values(key_id=key_id),",
           control("a_rotation_without_overlap")),
    Mutant("a second rotation gives more time", "control/key_store.py",
           "                .where(or_(api_key_secrets.c.expires_at.is_(None), api_key_secrets.c.expires_at > ends_at))\n", "",
           control("a_second_rotation")),
    # Names of experiences
    Mutant("a name is of every kind", "control/experience_names.py", " & (experience_names.c.kind == kind)", "",
           workspace("a_name_is_replaced")),
    Mutant("a name is of every project", "control/experience_names.py", ".where(experience_names.c.project == project)\n            .order_by", ".order_by",
           workspace("a_name_is_replaced")),
    Mutant("a name that is there counts twice", "control/experience_names.py", "== project, ~one)", "== project)",
           workspace("a_project_has_no_more_names")),
]  # fmt: skip


def test_every_mutant_is_a_change_of_the_code_as_it_stands() -> None:
    require_makeable(MUTANTS)


@pytest.mark.mutants
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_named_test_notices(mutant: Mutant, tmp_path: Path) -> None:
    require_noticed(mutant, tmp_path)
