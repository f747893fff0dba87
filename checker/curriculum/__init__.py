"""The course and its lessons: what they say of themselves, overlays, composition, starters."""

from checker.curriculum.course import Course
from checker.curriculum.lesson import Lesson, Task
from checker.curriculum.library import Curriculum, load_curriculum

__all__ = ["Course", "Curriculum", "Lesson", "Task", "load_curriculum"]
