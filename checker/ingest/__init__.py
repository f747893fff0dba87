"""Takes in what strangers hand in: folders and archives become project trees, or one sentence.

What is handed in is read as a stream of entries (`folder`, `zipped`, `tarred`), each looked at
before anything is written. Nothing that is ignored is unpacked, and nothing but regular files ever
is. `take_in` does it for one submission, `submissions` lists those of a class.
"""

from checker.ingest.intake import Taken, take_in
from checker.ingest.listing import Submission, submissions
from checker.ingest.ungradable import Ungradable

__all__ = ["Submission", "Taken", "Ungradable", "submissions", "take_in"]
