"""Puts together what answers jobs, wherever sources are read."""

from collections.abc import Mapping

from earshot.classify.language import LanguageDetector
from earshot.ports.clock import Clock
from earshot.ports.connector import Connector
from earshot.ports.http import Http
from earshot.ports.table import Table
from earshot.services.answering import Answering
from earshot.services.credentials import Credentials


def answering_of(
    table: Table, http: Http, connectors: Mapping[str, Connector], clock: Clock, credentials: Credentials
) -> Answering:
    """Answers jobs; the language model is read when the first watch asks for a language."""
    return Answering(table, http, connectors, clock, LanguageDetector().detect, credentials)
