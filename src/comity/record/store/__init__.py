"""The event store: event files go in, counts of directed dyads come out."""

from comity.record.store.count_events import count_event_files, count_stored_events
from comity.record.store.import_files import import_events, stored_files
from comity.record.store.result import ImportedFile, ImportResult, Reason

__all__ = [
    "ImportResult",
    "ImportedFile",
    "Reason",
    "count_event_files",
    "count_stored_events",
    "import_events",
    "stored_files",
]
