"""Troubles: deliveries that went wrong, so that nobody takes silence for calm."""

from dataclasses import dataclass

from earshot.domain.delivery import Delivery, State
from earshot.domain.todo import Purpose
from earshot.ports.table import Table
from earshot.store.deliveries import Deliveries
from earshot.store.todos import Todos


@dataclass(frozen=True, slots=True)
class Troubles:
    """What could not be told."""

    table: Table

    def of(self, tenant: str) -> list[Delivery]:
        """A tenant's deliveries that failed at least once and were not told since, oldest first."""
        waiting = Todos(self.table).of_purpose(tenant, Purpose.DELIVERY, limit=1000)
        found = [Deliveries(self.table).get(tenant, todo.subject) for todo in waiting]
        put_off = [each for each in found if each and each.state is State.PLANNED and each.problem]
        return sorted([*Deliveries(self.table).given_up(tenant), *put_off], key=lambda each: each.created_at)
