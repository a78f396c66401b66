"""Puts together the collector of every run: one language model serves verdicts and watches of one language."""

from collections.abc import Callable

from earshot.classify.embedded import EmbeddedClassifier
from earshot.classify.language import LanguageDetector
from earshot.domain.mention import Mention
from earshot.domain.source import Source
from earshot.ports.bus import Bus
from earshot.ports.clock import Clock
from earshot.ports.table import Table
from earshot.services.collecting import Collector
from earshot.services.keeping import Keeper
from earshot.sources.registry import CONNECTORS


def collector_of(table: Table, bus: Bus, clock: Clock, look: Callable[[Mention, Source], object]) -> Collector:
    """A collector that judges with the embedded model, which is read when the first text comes.

    `look` has the threads of new mentions read.
    """
    detector = LanguageDetector()
    classifier, keeper = EmbeddedClassifier(detector=detector), Keeper(table, CONNECTORS, clock)
    return Collector(table, bus, classifier, clock, tell_language=detector.detect, look=look, keeper=keeper)
