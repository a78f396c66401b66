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


def collector_of(table: Table, bus: Bus, clock: Clock, look: Callable[[Mention, Source], object]) -> Collector:
    """A collector that judges with the embedded model, which is read when the first text comes.

    `look` has the threads of new mentions read.
    """
    detector = LanguageDetector()
    return Collector(table, bus, EmbeddedClassifier(detector=detector), clock, tell_language=detector.detect, look=look)
