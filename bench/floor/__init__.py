"""The floor: what grading a lesson costs when nothing is left but the lesson's own operations.

`python -m bench.floor ROOT LESSON` imports and rehearses everything once. For each project that it
is then sent, it forks. The fork imports the learner's modules and calls the same check functions
over evidence of its own: HTTP without a socket, probes, Alembic and the database, all in that one
process.

It is no checker. There is no pytest, no report, no second process for the learner's code, no limit,
no deadline, and no private copy for each check: what one check leaves in memory, such as the
OpenAPI description, the next one finds. Only where a check needs another process to mean the same
does it get a fork, and a copy of the project only where it writes to it; a rehearsal round finds
out which. Requests, statements, password hashes and migrations are as many as in a grading, which
a test holds it to. It says nothing about a submission that does not pass: then it raises.
"""
