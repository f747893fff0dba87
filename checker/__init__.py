"""Grades a learner's FastAPI project, lesson by lesson, by what its code really does.

The parts, each knowing nothing of those before it in this list: `cli` → `workspace`, `judge` →
`report` → `subject`, `curriculum` → `guidelines` → `errors`.
"""
