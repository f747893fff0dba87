"""The lessons: their `lesson.toml`, their overlays, composition and starter generation."""

from checker.curriculum.lesson import Lesson, Task
from checker.curriculum.library import Curriculum, load_curriculum

__all__ = ["Curriculum", "Lesson", "Task", "load_curriculum"]
