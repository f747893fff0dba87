"""The floor: what grading a lesson costs when nothing is left but the lesson's own operations.

`python -m bench.floor ROOT LESSON` imports what a grading needs of libraries once. For each project
that it is then sent it forks, imports the learner's code, and forks for each check. There the check
is called with the very fixtures and evidence of a grading, over a `Subject` that does what it is
asked in that process: probes, the app without a socket, and the database. What in a grading finds
nothing of the learner's imported, such as a command, finds nothing imported here either.

It is no checker. There is no pytest, no report, no second process for the learner's code, no limit
and no deadline. Requests, statements, password hashes, migrations, probes and sleeps are as many as
in a grading, which a test holds it to. It says nothing about a submission that does not pass: then
it raises.
"""
