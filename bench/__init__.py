"""The benchmark: what a grading costs, beside the least that it could cost and what others take.

`python -m bench` measures lessons and writes the table and the plot in `bench/results/`. It uses
the checker; nothing uses it.
"""
