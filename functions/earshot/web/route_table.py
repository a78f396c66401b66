"""Every address that is served, with its handler; a test compares it with the contract."""

from collections.abc import Callable
from typing import NamedTuple

from earshot.web import (
    api_arrivals,
    api_contacts,
    api_deployment,
    api_jobs,
    api_listening,
    api_mentions,
    api_places,
    api_presets,
    api_threads,
    outbox_page,
    page_arrivals,
    page_inbox,
    page_link,
    page_login,
    page_mention,
    page_source_new,
    page_sources,
    page_thread,
    page_unheard,
    page_watches,
    page_why,
    webmention_door,
)
from earshot.web.answer import Answer
from earshot.web.parts import Parts
from earshot.web.request import Request


class Route(NamedTuple):
    """One address: `<name>` in the rule is a part of the path, without slashes. GET serves HEAD as well."""

    method: str
    rule: str
    handler: Callable[[Parts, Request], Answer]


ROUTES = (
    Route("GET", "/v1/mentions", api_mentions.many),
    Route("GET", "/v1/mentions/<id>", api_mentions.one),
    Route("GET", "/v1/mentions/<id>/thread", api_threads.thread),
    Route("PUT", "/v1/mentions/<id>/acknowledgement", api_mentions.acknowledge),
    Route("DELETE", "/v1/mentions/<id>/acknowledgement", api_mentions.reopen),
    Route("POST", "/v1/stories/<id>/split", api_mentions.split),
    Route("GET", "/v1/watches", api_listening.watches),
    Route("POST", "/v1/watches", api_listening.add_watch),
    Route("POST", "/v1/watches/preview", api_jobs.preview_watch),
    Route("GET", "/v1/watches/<id>", api_listening.watch),
    Route("PUT", "/v1/watches/<id>", api_listening.change_watch),
    Route("DELETE", "/v1/watches/<id>", api_listening.remove_watch),
    Route("GET", "/v1/noise", api_listening.noise),
    Route("PUT", "/v1/noise", api_listening.change_noise),
    Route("GET", "/v1/sources", api_listening.sources),
    Route("POST", "/v1/sources", api_listening.add_source),
    Route("POST", "/v1/sources/preview", api_jobs.preview_source),
    Route("GET", "/v1/sources/<id>", api_listening.source),
    Route("PUT", "/v1/sources/<id>", api_listening.change_source),
    Route("DELETE", "/v1/sources/<id>", api_listening.remove_source),
    Route("GET", "/v1/presets", api_presets.presets),
    Route("GET", "/v1/places", api_places.places),
    Route("PUT", "/v1/places/<kind>", api_places.change_place),
    Route("PUT", "/v1/places/<kind>/credential", api_places.set_credential),
    Route("DELETE", "/v1/places/<kind>/credential", api_places.remove_credential),
    Route("POST", "/v1/items", api_arrivals.add_items),
    Route("GET", "/v1/mail", api_arrivals.mail),
    Route("POST", "/v1/mail/address", api_arrivals.renew_address),
    Route("POST", "/v1/mail/<id>/release", api_arrivals.release_mail),
    Route("POST", "/webmention", webmention_door.receive),
    Route("GET", "/v1/contacts", api_contacts.contacts),
    Route("POST", "/v1/contacts", api_contacts.add_contact),
    Route("GET", "/v1/contacts/<id>", api_contacts.contact),
    Route("DELETE", "/v1/contacts/<id>", api_contacts.remove_contact),
    Route("GET", "/v1/jobs/<id>", api_jobs.job),
    Route("GET", "/v1/why", api_jobs.why),
    Route("GET", "/v1/health", api_deployment.health),
    Route("GET", "/openapi.json", api_deployment.contract),
    Route("GET", "/", page_inbox.inbox),
    Route("GET", "/mentions/<id>", page_mention.mention),
    Route("POST", "/mentions/<id>", page_mention.act),
    Route("POST", "/mentions/<id>/thread", page_thread.read),
    Route("POST", "/stories/<id>/split", page_mention.split),
    Route("GET", "/watches", page_watches.watches),
    Route("POST", "/watches", page_watches.add),
    Route("POST", "/watches/<id>", page_watches.change),
    Route("POST", "/noise", page_watches.change_noise),
    Route("GET", "/sources", page_sources.sources),
    Route("POST", "/sources", page_sources.add),
    Route("GET", "/sources/new", page_source_new.new),
    Route("POST", "/sources/<id>", page_sources.change),
    Route("GET", "/unheard", page_unheard.unheard),
    Route("GET", "/arrivals", page_arrivals.arrivals),
    Route("POST", "/arrivals", page_arrivals.act),
    Route("POST", "/arrivals/<id>", page_arrivals.release),
    Route("GET", "/why", page_why.why),
    Route("GET", "/login", page_login.login),
    Route("POST", "/login", page_login.sign_in),
    Route("GET", "/login/<token>", page_login.login),
    Route("POST", "/login/<token>", page_login.sign_in),
    Route("POST", "/logout", page_login.sign_out),
    Route("GET", "/a/<token>", page_link.link),
    Route("POST", "/a/<token>", page_link.act),
    Route("GET", "/static/<name>", api_deployment.static_file),
)

OUTBOX_ROUTES = (
    Route("GET", "/outbox", outbox_page.outbox),
    Route("GET", "/outbox/<id>", outbox_page.mail),
    Route("GET", "/outbox/<id>/html", outbox_page.html_part),
    Route("GET", "/outbox/<id>/source", outbox_page.source),
)
"""Served by a local run only."""
