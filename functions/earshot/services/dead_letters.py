"""Dead letters among the deliveries: shown, and tried again when a person says so."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from earshot.domain.delivery import Delivery, State, delivery_todo, dropped
from earshot.ports.clock import Clock
from earshot.ports.table import Table
from earshot.store.company import Company
from earshot.store.deliveries import Deliveries
from earshot.store.todos import Todos


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """Deliveries that were given up, of all tenants or `only` one."""

    table: Table
    clock: Clock
    only: str = ""

    def all(self) -> tuple[Delivery, ...]:
        """Every failed or uncertain delivery, oldest first."""
        deliveries = Deliveries(self.table)
        tenants = [self.only] if self.only else [each.id for each in Company(self.table).all_tenants()]
        found = [each for tenant in tenants for each in deliveries.given_up(tenant)]
        return tuple(sorted(found, key=lambda each: each.created_at))

    def redrive(self, ids: Sequence[str] | None) -> int:
        """Plans the named ones (or all that failed) anew, due at once; tells how many.

        One that may have arrived goes again only when it is named.
        """
        now = self.clock.now()
        chosen = [each for each in self.all() if (each.state is State.FAILED if ids is None else each.id in ids)]
        for each in chosen:
            again = replace(each, state=State.PLANNED, attempt=0, due_at=now, problem="", covers=())
            todo = replace(delivery_todo(again, now), due_at=now)
            Todos(self.table).add(todo)
            Deliveries(self.table).all.save(again)
            # A late message about the failed one may have taken the todo away in between.
            Todos(self.table).add(todo)
        return len(chosen)

    def remove(self, ids: Sequence[str]) -> int:
        """Sets the named ones aside for good; tells how many."""
        chosen = [each for each in self.all() if each.id in ids]
        for each in chosen:
            Deliveries(self.table).all.save(dropped(each, "set aside by a person"))
        return len(chosen)
